using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Security;
using static TraceMQ.Tests.Security.TlsMeeting;

namespace TraceMQ.Tests.Security;

/// <summary>The same with OpenSSL on the other side: it sends alerts that this framework never sends, and knows older versions.</summary>
public sealed class OpenSslTests
{
    private static TestCertificates Files => TestCertificates.Shared;

    private static string[] AskingForCertificates => ["-CAfile", Files.Ca, "-Verify", "1", "-verify_return_error"];

    [Theory]
    [InlineData("-tls1_2", "TLS 1.2")]
    [InlineData("-tls1_3", "TLS 1.3")]
    public async Task Both_versions_work_and_are_named(string version, string expected)
    {
        await using var server = await OpenSslServer.StartAsync(
            Files.ServerOfIntermediate,
            [version, "-cert_chain", Files.Intermediate, .. AskingForCertificates]
        );

        await using var stream = await ConnectAsync(server, Showing(Files.ClientWithChain, Files.Ca));

        await server.SendAsync("hello");
        var buffer = new byte[6];
        await stream.ReadExactlyAsync(buffer, Limit());
        Assert.Equal("hello\n", Encoding.ASCII.GetString(buffer));
        Assert.Equal(expected, stream.Peer.Version);
        Assert.Equal(3, stream.Peer.Chain.Count);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_missing_client_certificate_is_asked_for(string version)
    {
        await using var server = await OpenSslServer.StartAsync(Files.Server, [version, .. AskingForCertificates]);

        Assert.Matches(
            "^127.0.0.1:[0-9]+ wants a client certificate: set tls.certificate_file and tls.private_key_file.$",
            await FailureAsync(server, Trusting(Files.Ca))
        );
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_client_certificate_of_another_authority_is_told(string version)
    {
        await using var server = await OpenSslServer.StartAsync(Files.Server, [version, .. AskingForCertificates]);

        Assert.Contains(
            "does not know the authority of our certificate: use a certificate in tls.certificate_file that it trusts",
            await FailureAsync(server, Showing(Files.ClientOfOtherCa, Files.Ca)),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task An_expired_client_certificate_is_told(string version)
    {
        await using var server = await OpenSslServer.StartAsync(Files.Server, [version, .. AskingForCertificates]);

        Assert.Contains(
            "says that our certificate (tls.certificate_file) has expired: renew it.",
            await FailureAsync(server, Showing(Files.ClientExpired, Files.Ca)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_certificate_for_servers_is_none_for_a_client()
    {
        await using var server = await OpenSslServer.StartAsync(
            Files.Server,
            [.. AskingForCertificates, "-purpose", "sslclient"]
        );

        Assert.Contains(
            "does not accept our certificate: check that tls.certificate_file is one for clients",
            await FailureAsync(server, Showing(Files.ServerRsa, Files.Ca)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_root_that_the_server_sends_itself_is_not_trusted_for_it()
    {
        await using var server = await OpenSslServer.StartAsync(Files.Server, "-cert_chain", Files.Ca);

        Assert.Contains(
            "comes from \"Test Root\", which is not among the authorities in tls.ca_file: set tls.ca_file to that authority's certificate, if you trust it.",
            await FailureAsync(server, Trusting(Files.OtherCa)),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("-tls1_2", true)]
    [InlineData("-tls1_1", false)]
    public async Task No_common_version_says_what_is_needed(string version, bool isVersion13Required)
    {
        await using var server = await OpenSslServer.StartAsync(
            Files.ServerRsa,
            version,
            "-cipher",
            "DEFAULT@SECLEVEL=0"
        );

        Assert.Contains(
            "speaks no version of TLS that we accept: 1.2 or newer, or what tls.min_version asks for.",
            await FailureAsync(server, Trusting(Files.Ca) with { IsVersion13Required = isVersion13Required }),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task No_common_cipher_is_not_taken_for_a_missing_certificate()
    {
        // With a cipher of RSA alone and an EC certificate the server has nothing to offer.
        await using var server = await OpenSslServer.StartAsync(
            Files.Server,
            "-tls1_2",
            "-cipher",
            "ECDHE-RSA-AES128-GCM-SHA256"
        );

        Assert.Contains(
            "found nothing that both sides accept",
            await FailureAsync(server, Trusting(Files.Ca)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_server_name_that_the_server_does_not_know_is_told()
    {
        await using var server = await OpenSslServer.StartAsync(
            Files.Server,
            [
                "-servername",
                "other.example",
                "-servername_fatal",
                "-cert2",
                Files.Server.Certificate,
                "-key2",
                Files.Server.Key,
            ]
        );

        Assert.Contains(
            "knows no server of that name: set tls.server_name",
            await FailureAsync(server, Trusting(Files.Ca) with { ServerName = "localhost" }),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task OpenSsl_as_a_client_is_content_with_our_server(string version)
    {
        var (server, said, code) = await ServeAsync(
            Showing(Files.ServerWithChain, Files.Ca),
            [version, "-CAfile", Files.Ca, .. ShowingTo(Files.ClientOfIntermediate), "-cert_chain", Files.Intermediate]
        );

        Assert.True(code == 0, said);
        Assert.Contains("Verification: OK", said, StringComparison.Ordinal);
        Assert.Equal(
            ["client-intermediate", "Test Intermediate", "Test Root"],
            server.Stream!.Peer.Chain.Select(item => item.Subject)
        );
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_client_that_does_not_trust_us_is_named(string version)
    {
        var (server, _, code) = await ServeAsync(Showing(Files.Server), [version, "-CAfile", Files.OtherCa]);

        Assert.NotEqual(0, code);
        Assert.Contains(
            "The TLS handshake with the client 192.0.2.1:4711 failed: it does not trust our certificate (tls.certificate_file).",
            server.Said,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_client_without_a_version_in_common_is_named()
    {
        var (server, _, code) = await ServeAsync(
            Showing(Files.ServerRsa),
            ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0", "-CAfile", Files.Ca]
        );

        Assert.NotEqual(0, code);
        Assert.Contains("it offers no version or cipher that we accept", server.Said, StringComparison.Ordinal);
    }

    private static async Task<SecureStream> ConnectAsync(OpenSslServer server, TlsOptions options)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, server.Port), Limit());
        return await TlsClient
            .Load(options)
            .AuthenticateAsync(
                new NetworkStream(socket, ownsSocket: true),
                EndpointOf("127.0.0.1", server.Port),
                [],
                TimeProvider.System,
                Limit()
            );
    }

    /// <summary>What is said by the handshake, or by the first read after it.</summary>
    private static async Task<string> FailureAsync(OpenSslServer server, TlsOptions options)
    {
        try
        {
            await using var stream = await ConnectAsync(server, options);
            var late = await Assert.ThrowsAsync<IOException>(async () =>
                await stream.ReadExactlyAsync(new byte[1], Limit())
            );
            return Assert.IsType<TransportException>(late.InnerException).Message;
        }
        catch (TransportException failure)
        {
            Assert.Equal(FailureKind.Tls, failure.Kind);
            return failure.Message;
        }
    }

    private static string[] ShowingTo(CertificatePair pair) => ["-cert", pair.Certificate, "-key", pair.Key];

    /// <summary>OpenSSL's client with our server: what the server has of it, what the client says, and its exit code.</summary>
    private static async Task<((SecureStream? Stream, string Said) Server, string ClientSaid, int Code)> ServeAsync(
        TlsOptions options,
        IEnumerable<string> arguments
    )
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = Process.Start(
            new ProcessStartInfo(
                "openssl",
                [
                    "s_client",
                    "-connect",
                    listener.LocalEndpoint.ToString()!,
                    "-brief",
                    "-verify_return_error",
                    "-verify_hostname",
                    "localhost",
                    .. arguments,
                ]
            )
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        // It leaves when it has nothing to send any more.
        client.StandardInput.Close();
        var errors = client.StandardError.ReadToEndAsync();
        var output = client.StandardOutput.ReadToEndAsync();
        var served = await AcceptAsync(await listener.AcceptSocketAsync(Limit()), options);
        await client.WaitForExitAsync(Limit());
        return (served, await errors + await output, client.ExitCode);
    }

    private static async Task<(SecureStream? Stream, string Said)> AcceptAsync(Socket socket, TlsOptions options)
    {
        try
        {
            var stream = await TlsServer
                .Load(options)
                .AuthenticateAsync(
                    new NetworkStream(socket, ownsSocket: true),
                    "192.0.2.1:4711",
                    [],
                    TimeProvider.System,
                    Limit()
                );
            await using (stream)
            {
                await stream.WriteAsync("x\n"u8.ToArray(), Limit());
                _ = await stream.ReadAsync(new byte[1], Limit()).AsTask().WaitAsync(Surroundings.Patience);
                return (stream, "");
            }
        }
        catch (Exception failure) when (failure is TransportException or IOException)
        {
            return (null, failure.Message);
        }
    }
}
