namespace TraceMQ.Tests.Coap;

/// <summary>What is said of profiles that cannot work.</summary>
public sealed class CoapProfileTests
{
    [Theory]
    [InlineData("coap://me@h", "url", "no user names")]
    [InlineData("coap://h", "coap.psk_key", "only DTLS", "coap.psk_key=x")]
    [InlineData("coaps://h", "coap.psk_identity", "set coap.psk_key", "coap.psk_identity=me")]
    [InlineData("coaps://h", "coap.psk_key", "set coap.psk_identity", "coap.psk_key=x")]
    [InlineData("coaps://h", "coap.psk_key", "pairs of the digits", "coap.psk_identity=me", "coap.psk_key=hex:0g")]
    [InlineData("coaps://h", "tls.min_version", "DTLS is spoken in version 1.2", "tls.min_version=1.3")]
    [InlineData("coap://h", "tls.ca_file", "no address in url uses TLS", "tls.ca_file=x")]
    [InlineData("coap://h", "coap.group", "", "coap.group=224.0.1.187")]
    [InlineData("coap://h", "coap.ack_timeout", "", "coap.ack_timeout=1ms")]
    [InlineData("coap://h", "coap.block_size", "", "coap.block_size=100")]
    [InlineData("coap://127.0.0.1/x", "url", "take the path out", "mode=server")]
    [InlineData("coap://127.0.0.1", "subscribe", "", "mode=server", "subscribe=/x")]
    [InlineData("coap://127.0.0.1", "coap.resources", "begins with a slash", "mode=server", "coap.resources=x=1")]
    [InlineData("coap://127.0.0.1", "coap.group", "multicast address", "mode=server", "coap.group=10.0.0.1")]
    [InlineData("coap+tcp://127.0.0.1", "coap.group", "only plain UDP", "mode=server", "coap.group=224.0.1.187")]
    [InlineData("coaps://127.0.0.1", "tls.certificate_file", "needs a certificate", "mode=server")]
    public void What_cannot_work_is_said_at_its_setting(string url, string key, string words, params string[] values)
    {
        var problems = CoapProfiles.ProblemsOf(url, values.Select(Split));

        Assert.Contains(
            problems,
            problem => problem.Key == key && problem.Sentence.Contains(words, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("coap://h/a/b?c=d")]
    [InlineData("coaps://h", "coap.psk_identity=me", "coap.psk_key=hex:00112233")]
    [InlineData("coaps://127.0.0.1", "mode=server", "coap.psk_identity=me", "coap.psk_key=secret")]
    [InlineData("coap://127.0.0.1:0", "mode=server", "coap.group=ff02::fd", "coap.resources=/x=1")]
    public void What_can_work_is_not_minded(string url, params string[] values) =>
        Assert.Empty(CoapProfiles.ProblemsOf(url, values.Select(Split)));

    private static (string Key, string Value) Split(string pair)
    {
        var at = pair.IndexOf('=', StringComparison.Ordinal);
        return (pair[..at], pair[(at + 1)..]);
    }
}
