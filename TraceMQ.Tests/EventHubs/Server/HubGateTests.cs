using TraceMQ.Transport.EventHubs;
using TraceMQ.Transport.EventHubs.Server;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.EventHubs.Server;

public sealed class HubGateTests
{
    private const string Type = "servicebus.windows.net:sastoken";
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly Secret s_key = new("a2V5");
    private readonly HubGate _gate = new(
        HubConnectionString.Parse("Endpoint=sb://h/;SharedAccessKeyName=dev;SharedAccessKey=a2V5", out _)
    );
    private readonly HubClaims _claims = new();

    [Theory]
    [InlineData("hub", true)]
    [InlineData("HUB/Partitions/0", true)]
    [InlineData("hub/$management", true)]
    [InlineData("hub2", false)]
    [InlineData("hu", false)]
    [InlineData("other", false)]
    [InlineData("", false)]
    public void A_claim_covers_its_path_and_what_lies_below_and_not_a_longer_name(string path, bool isAllowed)
    {
        Assert.Null(Take("sb://h/hub", "sb://h/hub/Partitions/1"));

        Assert.Equal(isAllowed, _claims.Allows(path, s_now));
    }

    [Fact]
    public void A_claim_of_the_whole_namespace_covers_everything()
    {
        Assert.Null(Take("sb://h/", "sb://h/hub"));

        Assert.True(_claims.Allows("hub/ConsumerGroups/$Default/Partitions/0", s_now));
    }

    [Fact]
    public void A_claim_ends_and_is_renewed()
    {
        Assert.Null(Take("sb://h/hub", "sb://h/hub", s_now.AddMinutes(1)));
        Assert.False(_claims.Allows("hub", s_now.AddMinutes(1)));

        Assert.Null(Take("sb://h/hub", "sb://h/hub", s_now.AddMinutes(5)));
        Assert.True(_claims.Allows("hub", s_now.AddMinutes(4)));
        _claims.Expire(s_now.AddMinutes(5));
        Assert.Equal(0, _claims.Count);
    }

    [Theory]
    [InlineData("sb://h/hub", "sb://h/hub2", "InvalidAudience")]
    [InlineData("sb://h/hub/Partitions/0", "sb://h/hub", "InvalidAudience")]
    [InlineData("hub", "sb://h/hub", "InvalidAudience")]
    public void A_token_for_something_else_is_refused(string resource, string audience, string expected) =>
        Assert.Contains(expected, Take(resource, audience), StringComparison.Ordinal);

    [Fact]
    public void A_wrong_key_a_wrong_name_an_old_token_and_no_token_are_told_apart()
    {
        Assert.Contains("ExpiredToken", Take("sb://h/hub", "sb://h/hub", s_now), StringComparison.Ordinal);
        Assert.Contains(
            "InvalidSignature",
            Take("sb://h/hub", "sb://h/hub", key: "d3Jvbmc="),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "the one here is dev",
            Take("sb://h/hub", "sb://h/hub", name: "root"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "MalformedToken",
            _gate.Take(_claims, Type, "nonsense", "sb://h/hub", s_now),
            StringComparison.Ordinal
        );
        Assert.Contains(Type, _gate.Take(_claims, "jwt", "ey.", "sb://h/hub", s_now), StringComparison.Ordinal);
        Assert.False(_claims.Allows("hub", s_now));
    }

    [Fact]
    public void Tokens_without_end_are_not_kept()
    {
        for (var i = 0; i < HubClaims.Maximum; i++)
            Assert.Null(Take($"sb://h/{i}", $"sb://h/{i}"));

        Assert.Contains("QuotaExceeded", Take("sb://h/more", "sb://h/more"), StringComparison.Ordinal);
        Assert.Null(Take("sb://h/1", "sb://h/1"));
    }

    [Fact]
    public void Without_a_key_anyone_may()
    {
        var open = new HubGate(HubConnectionString.Parse("Endpoint=sb://h/;EntityPath=hub", out _));

        Assert.True(open.IsOpen);
        Assert.Null(open.Take(_claims, "jwt", "anything", "sb://h/hub", s_now));
        Assert.True(open.IsKey("any", new Secret("any")));
        Assert.False(_gate.IsKey("dev", new Secret("any")));
        Assert.True(_gate.IsKey("dev", s_key));
    }

    private string? Take(
        string resource,
        string audience,
        DateTimeOffset? expiry = null,
        string key = "a2V5",
        string name = "dev"
    ) =>
        _gate.Take(
            _claims,
            Type,
            SasToken.Create(resource, name, new Secret(key), expiry ?? s_now.AddHours(1)).Reveal(),
            audience,
            s_now
        );
}
