using System.Net;
using System.Net.Sockets;
using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Security.Dtls;

namespace TraceMQ.Tests.Security.Dtls;

/// <summary>Both builds of libcoap and openssl, as clients of ours and as our servers.</summary>
public sealed class DtlsPeerTests
{
    private const string Key = "geheim-17";

    // GET / by hand, and the 2.05 that answers whatever is asked: type, code and then id and token of the request (RFC 7252, 3).
    private static readonly byte[] s_get = [0x40, 0x01, 0x12, 0x34];

    private static TestCertificates Certificates => TestCertificates.Shared;

    [Theory]
    [InlineData("coap-client-openssl")]
    [InlineData("coap-client-gnutls")]
    public async Task Libcoap_gets_in_with_a_shared_key(string program)
    {
        await using var meeting = await DtlsMeeting.StartAsync(DtlsMeeting.Psk("lamp", Key), AnswerOf);
        await using var client = Coap(program, "-B", "10", "-u", "lamp", "-k", Key, Url(meeting.Port));
        Assert.Contains("hello from here", await client.EndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("coap-client-openssl", false)]
    [InlineData("coap-client-openssl", true)]
    [InlineData("coap-client-gnutls", false)]
    [InlineData("coap-client-gnutls", true)]
    public async Task Libcoap_gets_in_with_certificates_on_both_sides(string program, bool isRsa)
    {
        var server = isRsa ? Certificates.ServerRsa : Certificates.Server;
        var own = isRsa ? Certificates.ClientRsa : Certificates.Client;
        await using var meeting = await DtlsMeeting.StartAsync(DtlsMeeting.Of(server, Certificates.Ca), AnswerOf);
        await using var client = Coap(
            program,
            ["-B", "10", "-c", own.Certificate, "-j", own.Key, "-C", Certificates.Ca, Url(meeting.Port)]
        );
        Assert.Contains("hello from here", await client.EndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("coap-server-openssl")]
    [InlineData("coap-server-gnutls")]
    public async Task We_get_into_libcoap_with_a_shared_key(string program)
    {
        var port = FreePorts.Pair() + 1;
        await using var server = Coap(program, "-A", "127.0.0.1", "-p", Text(port - 1), "-k", Key, "-h", "hint");
        await using var pipe = await ConnectAsync(port, DtlsMeeting.Psk("lamp", Key));
        AssertIsContent(await DtlsMeeting.AskAsync(pipe, s_get));
    }

    [Theory]
    [InlineData("coap-server-openssl", false)]
    [InlineData("coap-server-openssl", true)]
    [InlineData("coap-server-gnutls", false)]
    [InlineData("coap-server-gnutls", true)]
    public async Task We_get_into_libcoap_with_certificates_on_both_sides(string program, bool isRsa)
    {
        var port = FreePorts.Pair() + 1;
        var shown = isRsa ? Certificates.ServerRsa : Certificates.Server;
        var own = isRsa ? Certificates.ClientRsa : Certificates.Client;
        await using var server = Coap(
            program,
            ["-A", "127.0.0.1", "-p", Text(port - 1), "-c", shown.Certificate, "-j", shown.Key, "-C", Certificates.Ca]
        );
        await using var pipe = await ConnectAsync(port, DtlsMeeting.Of(own, Certificates.Ca));
        AssertIsContent(await DtlsMeeting.AskAsync(pipe, s_get));
    }

    [Fact]
    public async Task Openssl_gets_in_with_a_shared_key_and_is_answered()
    {
        await using var meeting = await DtlsMeeting.StartAsync(DtlsMeeting.Psk("lamp", "hex:00112233"));
        await using var client = PeerProcess.Start(
            "openssl",
            "openssl",
            "s_client",
            "-dtls1_2",
            "-connect",
            "127.0.0.1:" + Text(meeting.Port),
            "-psk_identity",
            "lamp",
            "-psk",
            "00112233",
            "-quiet"
        );
        await client.SendAsync("does it come back?");
        await Surroundings.UntilAsync(
            () => client.Output.Contains("does it come back?", StringComparison.Ordinal),
            "the echo"
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task We_get_into_openssl_which_asks_for_our_certificate(bool isRsa)
    {
        var shown = isRsa ? Certificates.ServerRsa : Certificates.Server;
        await using var server = await OpenSslServer.StartAsync(
            shown,
            ["-dtls1_2", "-CAfile", Certificates.Ca, "-Verify", "3", "-verify_return_error"]
        );
        await using var pipe = await DtlsMeeting.ConnectAsync(
            server.Port,
            DtlsMeeting.Of(isRsa ? Certificates.ClientRsa : Certificates.Client, Certificates.Ca)
        );
        await server.SendAsync("good day");
        var buffer = new byte[100];
        using var limit = new CancellationTokenSource(Surroundings.Patience);
        var length = await pipe.ReceiveAsync(buffer, limit.Token);
        Assert.Equal("good day\n", Encoding.UTF8.GetString(buffer, 0, length));
    }

    private static byte[] AnswerOf(byte[] request)
    {
        var tokenLength = request[0] & 0x0F;
        return [(byte)(0x60 | tokenLength), 0x45, .. request.AsSpan(2, 2 + tokenLength), 0xFF, .. "hello from here"u8];
    }

    private static void AssertIsContent(byte[] answer)
    {
        Assert.Equal(0x45, answer[1]);
        Assert.Equal([0x12, 0x34], answer[2..4]);
    }

    // The program tells nobody when it is ready: until then its port is refused.
    private static async Task<DtlsPipe> ConnectAsync(int port, DtlsOptions options)
    {
        DtlsPipe? pipe = null;
        var started = TimeProvider.System.GetTimestamp();
        while (pipe is null)
        {
            try
            {
                pipe = await DtlsMeeting.ConnectAsync(port, options);
            }
            catch (TransportException exception) when (exception.Kind == FailureKind.Refused)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(started) < Surroundings.Patience, exception.Message);
            }
        }

        return pipe;
    }

    private static string Url(int port) => "coaps://127.0.0.1:" + Text(port) + "/";

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static PeerProcess Coap(string program, params string[] arguments) =>
        PeerProcess.Start(program, "libcoap3-bin", arguments);
}
