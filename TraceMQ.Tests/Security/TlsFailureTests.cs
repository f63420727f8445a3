using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Security;
using static TraceMQ.Tests.Security.TlsMeeting;

namespace TraceMQ.Tests.Security;

/// <summary>Every way in which a handshake fails, made to happen, and the sentence that each side gets.</summary>
public sealed class TlsFailureTests
{
    private static TestCertificates Files => TestCertificates.Shared;

    [Fact]
    public Task An_unknown_authority_says_whose_certificate_is_missing() =>
        AssertRefusedAsync(
            Trusting(Files.Ca),
            Files.ServerOfOtherCa,
            "The certificate of localhost:8883 comes from \"Other Root\", which it did not send and which is not among the authorities in tls.ca_file: add that authority to tls.ca_file, or have the server send its intermediate certificates."
        );

    [Fact]
    public Task The_authorities_of_the_system_do_not_know_ours() =>
        AssertRefusedAsync(
            Trusting(null),
            Files.Server,
            "The certificate of localhost:8883 comes from \"Test Root\", which it did not send and which is not among the system's authorities: set tls.ca_file to that authority's certificate, or have the server send its intermediate certificates."
        );

    [Fact]
    public Task A_missing_intermediate_is_named() =>
        AssertRefusedAsync(
            Trusting(Files.Ca),
            Files.ServerOfIntermediate,
            "comes from \"Test Intermediate\", which it did not send and which is not among the authorities in tls.ca_file"
        );

    [Fact]
    public Task An_intermediate_alone_is_no_root() =>
        AssertRefusedAsync(
            Trusting(Files.Intermediate),
            Files.ServerOfIntermediate,
            "comes from \"Test Root\", which it did not send and which is not among the authorities in tls.ca_file"
        );

    [Fact]
    public Task A_certificate_that_expired_says_since_when() =>
        AssertRefusedAsync(
            Trusting(Files.Ca),
            Files.ServerExpired,
            $"The certificate of localhost:8883 expired on {Day(-3)}, 3 days ago: it has to be renewed there."
        );

    [Fact]
    public Task A_certificate_of_tomorrow_says_from_when_and_what_day_it_is_here() =>
        AssertRefusedAsync(
            Trusting(Files.Ca),
            Files.ServerOfTomorrow,
            $"The certificate of localhost:8883 is not valid before {Day(3)}: check the clock of this machine ({Day(0)}), or wait."
        );

    [Fact]
    public Task A_wrong_name_says_which_names_there_are() =>
        AssertRefusedAsync(
            Trusting(Files.Ca),
            Files.ServerOfAnotherName,
            "The certificate of localhost:8883 is for wrong.example, also.wrong.example, not for \"localhost\": connect by a name that it has, or set tls.server_name to the one that is meant."
        );

    [Fact]
    public async Task A_wrong_address_among_very_many_names_is_told_shortly()
    {
        await using var meeting = await OfAsync(
            Trusting(Files.Ca),
            Showing(Files.ServerWithManyNames),
            host: "127.0.0.1"
        );

        Assert.Contains(
            "is for host-0.example, host-1.example, host-2.example, host-3.example, host-4.example and 2996 more, not for \"127.0.0.1\"",
            meeting.ClientFailure!.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public Task A_self_signed_certificate_says_how_to_trust_it() =>
        AssertRefusedAsync(
            Trusting(Files.Ca),
            Files.ServerSelfSigned,
            "The certificate of localhost:8883 (\"server-self\") is signed by itself and not trusted here: if you know that it is the right one, set tls.ca_file to it."
        );

    [Fact]
    public async Task A_self_signed_certificate_is_trusted_once_it_is_an_authority()
    {
        await using var meeting = await OfAsync(
            Trusting(Files.ServerSelfSigned.Certificate),
            Showing(Files.ServerSelfSigned)
        );

        await meeting.AssertTalkingAsync();
    }

    [Fact]
    public Task A_certificate_for_clients_is_none_for_a_server() =>
        AssertRefusedAsync(
            Trusting(Files.Ca),
            Files.Client,
            "The certificate of localhost:8883 (\"client\") is not one for a server: it lacks that extended key usage."
        );

    [Fact]
    public async Task A_missing_client_certificate_is_told_to_both_sides()
    {
        await using var meeting = await OfAsync(Trusting(Files.Ca), Showing(Files.Server, Files.Ca));

        Assert.Equal(
            "localhost:8883 hung up right after the TLS handshake, in which it asked for a client certificate: set tls.certificate_file and tls.private_key_file.",
            await meeting.FirstReadAsync()
        );
        Assert.Equal(
            "the client 192.0.2.1:4711 showed no client certificate: it needs one of the authorities in tls.ca_file.",
            meeting.ServerFailure!.Message
        );
    }

    [Fact]
    public async Task A_client_of_another_authority_is_refused_in_words_on_both_sides()
    {
        await using var meeting = await OfAsync(
            Showing(Files.ClientOfOtherCa, Files.Ca),
            Showing(Files.Server, Files.Ca)
        );

        AssertHungUp(await meeting.FirstReadAsync());
        Assert.Contains("comes from \"Other Root\"", meeting.ServerFailure!.Message, StringComparison.Ordinal);
        Assert.Contains("the client 192.0.2.1:4711", meeting.ServerFailure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_without_its_intermediate_is_told_to_send_it()
    {
        await using var meeting = await OfAsync(
            Showing(Files.ClientOfIntermediate, Files.Ca),
            Showing(Files.Server, Files.Ca)
        );

        AssertHungUp(await meeting.FirstReadAsync());
        Assert.Contains(
            "or have the client send its intermediate certificates",
            meeting.ServerFailure!.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task An_expired_client_certificate_is_refused_in_words_on_both_sides()
    {
        await using var meeting = await OfAsync(
            Showing(Files.ClientExpired, Files.Ca),
            Showing(Files.Server, Files.Ca)
        );

        AssertHungUp(await meeting.FirstReadAsync());
        Assert.Contains($"expired on {Day(-3)}", meeting.ServerFailure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_shows_a_servers_certificate_is_refused_in_words_on_both_sides()
    {
        await using var meeting = await OfAsync(Showing(Files.ServerRsa, Files.Ca), Showing(Files.Server, Files.Ca));

        AssertHungUp(await meeting.FirstReadAsync());
        Assert.Contains("is not one for a client", meeting.ServerFailure!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_speak_tls_is_recognised()
    {
        var (near, far) = await ConnectAsync();
        await using var server = far;
        await far.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());

        var failure = await FailureOfClientAsync(Trusting(Files.Ca), near);

        Assert.Equal(FailureKind.NotThisProtocol, failure.Kind);
        Assert.Equal(
            "localhost:8883 does not speak TLS: use another scheme than mqtts://, or the port where the server speaks TLS.",
            failure.Message
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_hangs_up_may_speak_no_tls_or_want_a_certificate(bool hasCertificate)
    {
        var (near, far) = await ConnectAsync();
        var options = hasCertificate ? Showing(Files.Client, Files.Ca) : Trusting(Files.Ca);

        var failing = FailureOfClientAsync(options, near);
        await far.ReadExactlyAsync(new byte[5], Limit());
        await far.DisposeAsync();

        var failure = await failing;
        Assert.Equal(FailureKind.Tls, failure.Kind);
        Assert.StartsWith(
            "localhost:8883 closed the connection during the TLS handshake: it may not speak TLS, or "
                + (hasCertificate ? "not accept our certificate" : "want a client certificate"),
            failure.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up_in_time()
    {
        var (near, far) = await ConnectAsync();
        await using var server = far;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());

        var failing = FailureOfClientAsync(Trusting(Files.Ca), near, time: time);
        await far.ReadExactlyAsync(new byte[5], Limit());
        time.Advance(TimeSpan.FromSeconds(10));

        var failure = await failing;
        Assert.Equal(FailureKind.TimedOut, failure.Kind);
        Assert.Equal(
            "localhost:8883 did not answer the TLS handshake within 10s: it may not speak TLS there.",
            failure.Message
        );
        Assert.Equal(0, await DrainAsync(far));
    }

    [Fact]
    public async Task Giving_up_is_no_failure_of_the_peer_and_closes_the_connection()
    {
        var (near, far) = await ConnectAsync();
        await using var server = far;
        using var stop = new CancellationTokenSource();
        var connecting = TlsClient
            .Load(Trusting(Files.Ca))
            .AuthenticateAsync(near, EndpointOf("localhost"), [], TimeProvider.System, stop.Token);
        await far.ReadExactlyAsync(new byte[5], Limit());

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.Equal(0, await DrainAsync(far));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "it does not speak TLS")]
    [InlineData("\u0010\u000c\0\u0004MQTT\u0004\u0002\0<\0\0", "it does not speak TLS")]
    public async Task A_client_that_does_not_speak_tls_is_recognised(string sent, string expected)
    {
        var (near, far) = await ConnectAsync();
        await using var client = near;
        await near.WriteAsync(System.Text.Encoding.Latin1.GetBytes(sent));

        var failure = await FailureOfServerAsync(far);

        Assert.Equal(FailureKind.Tls, failure.Kind);
        Assert.Equal($"The TLS handshake with the client 192.0.2.1:4711 failed: {expected}.", failure.Message);
    }

    [Fact]
    public async Task A_client_that_only_knocks_is_no_riddle()
    {
        var (near, far) = await ConnectAsync();
        await near.DisposeAsync();

        var failure = await FailureOfServerAsync(far);

        Assert.Contains("it closed the connection", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_says_nothing_is_given_up_in_time()
    {
        var (near, far) = await ConnectAsync();
        await using var client = near;
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());

        var failing = FailureOfServerAsync(far, time);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(FailureKind.TimedOut, (await failing).Kind);
        Assert.Equal(0, await DrainAsync(near));
    }

    [Fact]
    public async Task No_common_application_protocol_says_so()
    {
        await using var meeting = await OfAsync(
            Trusting(Files.Ca),
            Showing(Files.Server),
            clientProtocols: ["mqtt"],
            serverProtocols: ["x-amqp"]
        );

        Assert.Contains("(ALPN)", await meeting.FirstReadAsync(), StringComparison.Ordinal);
        Assert.NotNull(meeting.ServerFailure);
    }

    private static async Task AssertRefusedAsync(TlsOptions client, CertificatePair server, string expected)
    {
        await using var meeting = await OfAsync(client, Showing(server));

        Assert.Equal(FailureKind.Tls, meeting.ClientFailure?.Kind);
        Assert.Contains(expected, meeting.ClientFailure!.Message, StringComparison.Ordinal);
        // The server, where it has not seen it yet, sees the end.
        if (meeting.ServerStream is { } stream)
            Assert.Equal(0, await DrainAsync(stream));
    }

    // A server on this framework hangs up without an alert; OpenSSL's says why, which is tested there.
    private static void AssertHungUp(string said) =>
        Assert.Equal(
            "localhost:8883 hung up right after the TLS handshake: it may not accept our certificate; check that tls.certificate_file is valid, one for clients, and from an authority that it trusts.",
            said
        );

    private static Task<TransportException> FailureOfServerAsync(Stream stream, TimeProvider? time = null) =>
        Assert.ThrowsAsync<TransportException>(() =>
            TlsServer
                .Load(Showing(Files.Server))
                .AuthenticateAsync(stream, "192.0.2.1:4711", [], time ?? TimeProvider.System, Limit())
        );

    private static async Task<int> DrainAsync(Stream stream)
    {
        var buffer = new byte[4096];
        int read;
        do
        {
            try
            {
                read = await stream.ReadAsync(buffer, Limit());
            }
            catch (IOException)
            {
                return 0;
            }
        } while (read > 0);
        return read;
    }

    private static string Day(int days) =>
        TimeProvider.System.GetUtcNow().AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
