using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.EventHubs;

public sealed class HubConnectionStringTests
{
    [Fact]
    public void A_whole_connection_string_is_taken_apart_at_the_first_equals_sign()
    {
        var parsed = HubConnectionString.Parse(
            "Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=listen;SharedAccessKey=a+b/c==;EntityPath=telemetry",
            out var problem
        );

        Assert.Null(problem);
        Assert.Equal("ns.servicebus.windows.net", parsed!.Host);
        Assert.Null(parsed.Port);
        Assert.Equal("listen", parsed.KeyName);
        Assert.Equal("a+b/c==", parsed.Key!.Reveal());
        Assert.Equal("telemetry", parsed.EntityPath);
        Assert.False(parsed.IsEmulator);
        Assert.DoesNotContain("a+b", parsed.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Endpoint=sb://localhost;UseDevelopmentEmulator=true;", "localhost", null)]
    [InlineData("endpoint = sb://127.0.0.1:5673 ; usedevelopmentemulator = TRUE", "127.0.0.1", 5673)]
    [InlineData("Endpoint=sb://[::1]:5673/;UseDevelopmentEmulator=true", "::1", 5673)]
    public void An_emulator_is_told_by_its_flag(string text, string host, int? port)
    {
        var parsed = HubConnectionString.Parse(text, out var problem);

        Assert.Null(problem);
        Assert.Equal(host, parsed!.Host);
        Assert.Equal(port, parsed.Port);
        Assert.True(parsed.IsEmulator);
    }

    [Theory]
    [InlineData("", "Endpoint")]
    [InlineData("SharedAccessKeyName=a;SharedAccessKey=b", "Endpoint")]
    [InlineData("Endpoint=nonsense", "no address")]
    [InlineData("Endpoint=https://ns.servicebus.windows.net/", "https")]
    [InlineData("Endpoint=sb://h/hub", "EntityPath")]
    [InlineData("Endpoint=sb://h/;SharedAccessKeyName=a", "SharedAccessKey is missing")]
    [InlineData("Endpoint=sb://h/;SharedAccessKey=b", "SharedAccessKeyName is missing")]
    [InlineData("Endpoint=sb://h/;EntityPath=a;EntityPath=b", "twice")]
    [InlineData("Endpoint=sb://h/;EntityPath=", "no value")]
    [InlineData("Endpoint=sb://h/;Entity=a", "Entity is no part")]
    [InlineData("Endpoint=sb://h/;telemetry", "NAME=VALUE")]
    [InlineData("Endpoint=sb://h/;UseDevelopmentEmulator=yes", "true or false")]
    [InlineData("Endpoint=sb://h/;SharedAccessSignature=x;SharedAccessKeyName=a;SharedAccessKey=b", "keep one")]
    public void What_is_wrong_is_said(string text, string expected)
    {
        Assert.Null(HubConnectionString.Parse(text, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_piece_of_a_key_is_never_repeated()
    {
        HubConnectionString.Parse("Endpoint=sb://h/;SharedAccessKey=aa;c2VjcmV0LWtleQ/x=", out var problem);

        Assert.DoesNotContain("c2VjcmV0", problem, StringComparison.Ordinal);
    }
}
