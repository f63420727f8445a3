using TraceMQ.Transport.EventHubs;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.EventHubs;

public sealed class SasTokenTests
{
    private static readonly Secret s_key = new("c2VjcmV0LWtleQ==");
    private static readonly DateTimeOffset s_expiry = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_token_is_written_as_Microsoft_writes_it()
    {
        var text = SasToken.Create("sb://NS.servicebus.windows.net/Telemetry", "listen", s_key, s_expiry).Reveal();

        // Signed with node's crypto: createHmac('sha256', key).update(encodeURIComponent(resource) + '\n' + expiry).
        Assert.Equal(
            "SharedAccessSignature sr=sb%3A%2F%2Fns.servicebus.windows.net%2Ftelemetry&sig=26nEglDmcbz9nVLn5NBSbHNM8y5JkA5SkiyJcxUDzIk%3D&se=1795435200&skn=listen",
            text
        );
    }

    [Fact]
    public void A_token_says_what_it_opens_until_when_and_is_known_by_its_key()
    {
        var token = SasToken.Parse(SasToken.Create("sb://h/hub", "a key", s_key, s_expiry).Reveal());

        Assert.Equal("sb://h/hub", token!.Resource);
        Assert.Equal("a key", token.KeyName);
        Assert.Equal(s_expiry, token.Expiry);
        Assert.True(token.IsSignedWith(s_key));
        Assert.False(token.IsSignedWith(new Secret("c2VjcmV0LWtleR==")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SharedAccessSignature")]
    [InlineData("SharedAccessSignature sr=a&se=1")]
    [InlineData("SharedAccessSignature sr=a&sig=b&se=x")]
    [InlineData("SharedAccessSignature sr=a&sig=%%%&se=1")]
    [InlineData("SharedAccessSignature sr=a&sr=b&sig=YQ==&se=1")]
    [InlineData("SharedAccessSignature sr=a&sig=YQ==&se=99999999999999999")]
    public void What_is_no_token_is_none(string text) => Assert.Null(SasToken.Parse(text));

    [Fact]
    public void A_token_that_was_changed_is_known()
    {
        var text = SasToken.Create("sb://h/hub", "k", s_key, s_expiry).Reveal();

        Assert.False(SasToken.Parse(text.Replace("hub", "hut", StringComparison.Ordinal))!.IsSignedWith(s_key));
        Assert.False(SasToken.Parse(text.Replace("&se=1", "&se=2", StringComparison.Ordinal))!.IsSignedWith(s_key));
    }
}
