using System.Net;
using System.Net.Sockets;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Security.Dtls;
using TraceMQ.Transport.Streams.Datagrams;

namespace TraceMQ.Tests.Security.Dtls;

public sealed class DtlsHandshakeTests
{
    private static TestCertificates Certificates => TestCertificates.Shared;

    [Fact]
    public async Task A_shared_key_opens_the_way_again_and_again()
    {
        await using var meeting = await DtlsMeeting.StartAsync(DtlsMeeting.Psk());
        for (var i = 0; i < 3; i++)
        {
            await using var pipe = await DtlsMeeting.ConnectAsync(meeting.Port, DtlsMeeting.Psk());
            Assert.Equal([1, 2, 3], await DtlsMeeting.AskAsync(pipe, 1, 2, 3));
            Assert.Contains("DTLS 1.2, TLS_ECDHE_PSK", pipe.Facts[0].Value, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Certificates_are_shown_and_checked_on_both_sides(bool isRsa)
    {
        var server = isRsa ? Certificates.ServerRsa : Certificates.Server;
        await using var meeting = await DtlsMeeting.StartAsync(DtlsMeeting.Of(server, Certificates.Ca));
        await using var pipe = await DtlsMeeting.ConnectAsync(
            meeting.Port,
            DtlsMeeting.Of(isRsa ? Certificates.ClientRsa : Certificates.Client, Certificates.Ca)
        );
        Assert.Equal([7], await DtlsMeeting.AskAsync(pipe, 7));
    }

    [Fact]
    public async Task A_client_without_a_certificate_is_told_to_set_one()
    {
        await using var meeting = await DtlsMeeting.StartAsync(DtlsMeeting.Of(Certificates.Server, Certificates.Ca));
        var failure = await FailureAsync(meeting.Port, DtlsMeeting.Of(null, Certificates.Ca));
        Assert.Contains("wants a client certificate", failure.Message, StringComparison.Ordinal);
        await meeting.Server.NoticeAsync("showed no client certificate");
    }

    [Fact]
    public async Task A_server_of_an_unknown_authority_is_refused()
    {
        await using var meeting = await DtlsMeeting.StartAsync(DtlsMeeting.Of(Certificates.ServerOfOtherCa, null));
        var failure = await FailureAsync(meeting.Port, DtlsMeeting.Of(null, Certificates.Ca));
        Assert.Equal(FailureKind.Tls, failure.Kind);
        Assert.Contains("tls.ca_file", failure.Message, StringComparison.Ordinal);
        await meeting.Server.NoticeAsync("does not trust our certificate");
    }

    [Fact]
    public async Task A_server_of_another_name_is_refused()
    {
        await using var meeting = await DtlsMeeting.StartAsync(DtlsMeeting.Of(Certificates.ServerOfAnotherName, null));
        var failure = await FailureAsync(meeting.Port, DtlsMeeting.Of(null, Certificates.Ca));
        Assert.Contains("wrong.example", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_server_is_refused()
    {
        await using var meeting = await DtlsMeeting.StartAsync(DtlsMeeting.Of(Certificates.ServerExpired, null));
        var failure = await FailureAsync(meeting.Port, DtlsMeeting.Of(null, Certificates.Ca));
        Assert.Contains("expired on", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_identity_is_named()
    {
        await using var meeting = await DtlsMeeting.StartAsync(DtlsMeeting.Psk());
        var failure = await FailureAsync(meeting.Port, DtlsMeeting.Psk("you"));
        Assert.Equal(FailureKind.Credentials, failure.Kind);
        Assert.Contains("\"you\"", failure.Message, StringComparison.Ordinal);
        await meeting.Server.NoticeAsync("the identity that it gave");
    }

    [Fact]
    public async Task A_wrong_key_reads_as_a_last_flight_without_an_answer()
    {
        await using var meeting = await DtlsMeeting.StartAsync(
            DtlsMeeting.Psk() with
            {
                Patience = TimeSpan.FromSeconds(2),
            }
        );
        var surroundings = new Surroundings();
        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            DtlsMeeting.ConnectAsync(
                meeting.Port,
                DtlsMeeting.Psk(key: "falsch") with
                {
                    Patience = TimeSpan.FromSeconds(1.5),
                },
                surroundings: surroundings
            )
        );
        Assert.Contains("last flight", failure.Message, StringComparison.Ordinal);
        Assert.Contains("key", failure.Message, StringComparison.Ordinal);
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var kinds = new List<string>();
        await foreach (var record in surroundings.Context.Wire.ReadAsync(only: null, enough.Token))
        {
            kinds.Add(record.Summary);
            if (kinds.Count == 4)
                break;
        }

        Assert.Equal("ClientHello", kinds[0]);
        Assert.Equal("HelloVerifyRequest", kinds[1]);
    }

    [Fact]
    public async Task Silence_reads_differently_from_a_wrong_key()
    {
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var failure = await FailureAsync(
            ((IPEndPoint)deaf.LocalEndPoint!).Port,
            DtlsMeeting.Psk() with
            {
                Patience = TimeSpan.FromSeconds(1),
            }
        );
        Assert.Equal(FailureKind.TimedOut, failure.Kind);
        Assert.StartsWith("Nothing came back", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_at_which_nothing_listens_is_told_at_once()
    {
        int port;
        using (var gone = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
        {
            gone.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            port = ((IPEndPoint)gone.LocalEndPoint!).Port;
        }

        var failure = await FailureAsync(port, DtlsMeeting.Psk());
        Assert.Equal(FailureKind.Refused, failure.Kind);
    }

    [Fact]
    public async Task A_handshake_survives_the_loss_of_every_fifth_datagram()
    {
        await using var meeting = await DtlsMeeting.StartAsync(DtlsMeeting.Psk());
        for (var seed = 0; seed < 4; seed++)
        {
            LossyPipe? lossy = null;
            await using var pipe = await DtlsMeeting.ConnectAsync(
                meeting.Port,
                DtlsMeeting.Psk(),
                udp => lossy = new LossyPipe(udp, new Random(seed)) { Sending = 0.2, Receiving = 0.2 }
            );
            Assert.NotNull(lossy);
        }
    }

    [Fact]
    public async Task Garbage_and_greetings_without_a_cookie_leave_nothing_behind()
    {
        await using var meeting = await DtlsMeeting.StartAsync(DtlsMeeting.Psk());
        using var flood = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await flood.ConnectAsync(IPAddress.Loopback, meeting.Port);
        var random = new Random(7);
        for (var i = 0; i < 5_000; i++)
        {
            var junk = new byte[random.Next(1, 300)];
            random.NextBytes(junk);
            if (i % 2 == 0 && junk.Length > 25)
                new byte[] { 22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte)(junk.Length - 13), 1 }.CopyTo(junk, 0);
            await flood.SendAsync(junk);
        }

        await using var pipe = await DtlsMeeting.ConnectAsync(meeting.Port, DtlsMeeting.Psk());
        Assert.Equal([5], await DtlsMeeting.AskAsync(pipe, 5));
        Assert.Equal(1, meeting.Listener.Count);
        Assert.Equal(1, meeting.Listener.Threads);
    }

    [Fact]
    public async Task Clients_beyond_the_limit_take_the_place_of_the_one_silent_for_longest()
    {
        await using var meeting = await DtlsMeeting.StartAsync(DtlsMeeting.Psk() with { MaximumSessions = 2 });
        await using var first = await DtlsMeeting.ConnectAsync(meeting.Port, DtlsMeeting.Psk());
        await using var second = await DtlsMeeting.ConnectAsync(meeting.Port, DtlsMeeting.Psk());
        await using var third = await DtlsMeeting.ConnectAsync(meeting.Port, DtlsMeeting.Psk());
        Assert.Equal([3], await DtlsMeeting.AskAsync(third, 3));
        Assert.Equal([2], await DtlsMeeting.AskAsync(second, 2));
        var failure = await Assert.ThrowsAsync<TransportException>(() => DtlsMeeting.AskAsync(first, 1));
        Assert.Equal(FailureKind.Lost, failure.Kind);
        Assert.Equal(2, meeting.Listener.Count);
    }

    private static Task<TransportException> FailureAsync(int port, DtlsOptions options) =>
        Assert.ThrowsAsync<TransportException>(() => DtlsMeeting.ConnectAsync(port, options));
}
