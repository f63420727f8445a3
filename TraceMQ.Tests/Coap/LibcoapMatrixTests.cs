using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Coap;

/// <summary>DTLS and TCP with the builds of libcoap, in both directions: the objectives DTLS 01 to 03, and certificates of both kinds.</summary>
public sealed class LibcoapMatrixTests
{
    private static TestCertificates Files => TestCertificates.Shared;

    [Theory]
    [InlineData("openssl")]
    [InlineData("gnutls")]
    public async Task DTLS_01_a_shared_key_our_client(string build)
    {
        var (process, port) = await Libcoap.ServeAsync(build, "-k", "secret", "-h", "hint");
        await using var server = process;

        Assert.StartsWith(
            "2.05",
            await GetAsync(port + 1, ("coap.psk_identity", "me"), ("coap.psk_key", "secret")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("openssl")]
    [InlineData("gnutls")]
    public async Task DTLS_01_a_shared_key_our_server(string build)
    {
        await using var server = await CoapServed.StartAsync(
            "coaps://127.0.0.1:0",
            ("coap.psk_identity", "me"),
            ("coap.psk_key", "secret"),
            ("coap.resources", "/test=hello")
        );

        var said = await Libcoap.AskAsync(build, $"{server.Url}/test", "-u", "me", "-k", "secret");

        Assert.Contains(":: 'hello'", said, StringComparison.Ordinal);
        Assert.Equal("DTLS", (await server.NodeAsync("clients", "")).FactOf("by"));
    }

    [Theory]
    [InlineData("openssl")]
    [InlineData("gnutls")]
    public async Task DTLS_02_a_wrong_key_lets_nobody_in_and_the_right_one_still_does(string build)
    {
        await using var server = await CoapServed.StartAsync(
            "coaps://127.0.0.1:0",
            ("coap.psk_identity", "me"),
            ("coap.psk_key", "secret"),
            ("coap.resources", "/test=hello")
        );

        var refused = await Libcoap.AskAsync(build, $"{server.Url}/test", "-u", "me", "-k", "wrong");
        var stranger = await Libcoap.AskAsync(build, $"{server.Url}/test", "-u", "you", "-k", "secret");
        var welcome = await Libcoap.AskAsync(build, $"{server.Url}/test", "-u", "me", "-k", "secret");

        Assert.DoesNotContain(":: 'hello'", refused, StringComparison.Ordinal);
        Assert.DoesNotContain(":: 'hello'", stranger, StringComparison.Ordinal);
        Assert.Contains(":: 'hello'", welcome, StringComparison.Ordinal);
        Assert.Single(server.Surroundings.Waiting(), message => message.Direction == Direction.In);
    }

    [Theory]
    [InlineData("openssl")]
    [InlineData("gnutls")]
    public async Task DTLS_02_a_wrong_key_is_told_to_our_user(string build)
    {
        var (process, port) = await Libcoap.ServeAsync(build, "-k", "secret", "-h", "hint");
        await using var server = process;

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            GetAsync(port + 1, ("coap.psk_identity", "me"), ("coap.psk_key", "wrong"))
        );

        Assert.Contains("pre-shared key", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openssl")]
    [InlineData("gnutls")]
    public async Task Over_TLS_both_ways(string build)
    {
        var (process, port) = await Libcoap.ServeAsync(
            build,
            "-c",
            Files.Server.Certificate,
            "-j",
            Files.Server.Key,
            "-n"
        );
        await using var theirs = process;
        await using var client = await CoapProfiles.ConnectAsync(
            $"coaps+tcp://127.0.0.1:{port + 1}",
            new Surroundings(),
            ("tls.ca_file", Files.Ca)
        );
        var got = await client.PublishAsync(
            CoapProfiles.Message("", "/time", ("method", "GET")),
            CancellationToken.None
        );
        Assert.StartsWith("2.05", got.Text, StringComparison.Ordinal);

        await using var server = await CoapServed.StartAsync(
            "coaps+tcp://127.0.0.1:0",
            ("tls.certificate_file", Files.Server.Certificate),
            ("tls.private_key_file", Files.Server.Key),
            ("coap.resources", "/test=hello")
        );
        var said = await Libcoap.AskAsync(build, $"{server.Url}/test", "-R", Files.Ca);
        Assert.Contains(":: 'hello'", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("openssl", false)]
    [InlineData("openssl", true)]
    [InlineData("gnutls", false)]
    [InlineData("gnutls", true)]
    public async Task Certificates_of_both_sides_our_client(string build, bool isRsa)
    {
        var shown = isRsa ? Files.ServerRsa : Files.Server;
        var own = isRsa ? Files.ClientRsa : Files.Client;
        var (process, port) = await Libcoap.ServeAsync(build, "-c", shown.Certificate, "-j", shown.Key, "-C", Files.Ca);
        await using var server = process;

        Assert.StartsWith(
            "2.05",
            await GetAsync(
                port + 1,
                ("tls.ca_file", Files.Ca),
                ("tls.certificate_file", own.Certificate),
                ("tls.private_key_file", own.Key)
            ),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("openssl", false)]
    [InlineData("openssl", true)]
    [InlineData("gnutls", false)]
    [InlineData("gnutls", true)]
    public async Task Certificates_of_both_sides_our_server(string build, bool isRsa)
    {
        var shown = isRsa ? Files.ServerRsa : Files.Server;
        var own = isRsa ? Files.ClientRsa : Files.Client;
        await using var server = await CoapServed.StartAsync(
            "coaps://127.0.0.1:0",
            ("tls.ca_file", Files.Ca),
            ("tls.certificate_file", shown.Certificate),
            ("tls.private_key_file", shown.Key),
            ("coap.resources", "/test=hello")
        );

        var said = await Libcoap.AskAsync(
            build,
            $"{server.Url}/test",
            "-c",
            own.Certificate,
            "-j",
            own.Key,
            "-C",
            Files.Ca
        );

        Assert.Contains(":: 'hello'", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_TCP_our_client()
    {
        var (process, port) = await Libcoap.ServeAsync("notls");
        await using var server = process;
        await using var client = await CoapProfiles.ConnectAsync($"coap+tcp://127.0.0.1:{port}", new Surroundings());

        var result = await client.PublishAsync(
            CoapProfiles.Message(new string('x', 3000), "/large"),
            CancellationToken.None
        );

        Assert.StartsWith("2.01", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_TCP_our_server()
    {
        await using var server = await CoapServed.StartAsync(
            "coap+tcp://127.0.0.1:0",
            ("coap.resources", "/test=hello")
        );

        var said = await Libcoap.AskAsync("notls", $"{server.Url}/test");

        Assert.Contains(":: 'hello'", said, StringComparison.Ordinal);
    }

    private static async Task<string> GetAsync(int port, params IEnumerable<(string Key, string Value)> values)
    {
        await using var client = await CoapProfiles.ConnectAsync(
            $"coaps://127.0.0.1:{port}",
            new Surroundings(),
            values
        );
        var result = await client.PublishAsync(
            CoapProfiles.Message("", "/time", ("method", "GET")),
            CancellationToken.None
        );
        return result.Text;
    }
}
