using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Security;
using static TraceMQ.Tests.Security.TlsMeeting;

namespace TraceMQ.Tests.Security;

/// <summary>Handshakes that succeed, and what is known afterwards.</summary>
public sealed class TlsHandshakeTests
{
    private static TestCertificates Files => TestCertificates.Shared;

    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_server_of_a_known_authority_is_accepted_by_any_of_its_names(string host)
    {
        await using var meeting = await OfAsync(Trusting(Files.Ca), Showing(Files.Server), host);

        await meeting.AssertTalkingAsync();
        var peer = meeting.Client.Peer;
        Assert.True(peer.IsVerified);
        Assert.Equal("TLS 1.3", peer.Version);
        Assert.StartsWith("TLS_", peer.CipherSuite, StringComparison.Ordinal);
        Assert.Equal(["server", "Test Root"], peer.Chain.Select(item => item.Subject));
        Assert.Equal(["localhost", "127.0.0.1", "::1"], peer.Chain[0].Names);
    }

    [Fact]
    public async Task Rsa_works_as_well_as_ec()
    {
        await using var meeting = await OfAsync(Showing(Files.ClientRsa, Files.Ca), Showing(Files.ServerRsa, Files.Ca));

        await meeting.AssertTalkingAsync();
        Assert.Equal("client-rsa", meeting.Server.Peer.Chain[0].Subject);
    }

    [Fact]
    public async Task Intermediates_may_come_from_the_server_or_from_the_file_of_authorities()
    {
        await using var sent = await OfAsync(Trusting(Files.Ca), Showing(Files.ServerWithChain));
        await using var own = await OfAsync(Trusting(Files.CaWithIntermediate), Showing(Files.ServerOfIntermediate));

        await sent.AssertTalkingAsync();
        await own.AssertTalkingAsync();
        string[] expected = ["server-intermediate", "Test Intermediate", "Test Root"];
        Assert.Equal(expected, sent.Client.Peer.Chain.Select(item => item.Subject));
        Assert.Equal(expected, own.Client.Peer.Chain.Select(item => item.Subject));
    }

    // A session that is resumed comes without certificates on the wire.
    [Fact]
    public async Task A_chain_is_known_again_when_one_connects_again()
    {
        for (var i = 0; i < 4; i++)
        {
            await using var meeting = await OfAsync(
                Showing(Files.ClientWithChain, Files.Ca),
                Showing(Files.ServerWithChain, Files.Ca)
            );
            await meeting.AssertTalkingAsync();
            Assert.Equal(3, meeting.Client.Peer.Chain.Count);
            Assert.Equal(3, meeting.Server.Peer.Chain.Count);
        }
    }

    [Fact]
    public async Task An_authority_in_der_is_read_too()
    {
        await using var meeting = await OfAsync(Trusting(Files.PathOf("ca.der")), Showing(Files.Server));

        await meeting.AssertTalkingAsync();
    }

    [Fact]
    public async Task The_server_name_of_the_settings_replaces_the_host()
    {
        var options = Trusting(Files.Ca) with { ServerName = "also.wrong.example" };

        await using var meeting = await OfAsync(options, Showing(Files.ServerOfAnotherName), "localhost");

        await meeting.AssertTalkingAsync();
    }

    [Fact]
    public async Task A_client_shows_its_certificate_with_the_chain()
    {
        await using var meeting = await OfAsync(
            Showing(Files.ClientWithChain, Files.Ca),
            Showing(Files.Server, Files.Ca)
        );

        await meeting.AssertTalkingAsync();
        Assert.Equal(
            ["client-intermediate", "Test Intermediate", "Test Root"],
            meeting.Server.Peer.Chain.Select(item => item.Subject)
        );
    }

    [Fact]
    public async Task A_server_without_authorities_asks_for_no_certificate_and_takes_no_notice_of_one()
    {
        await using var meeting = await OfAsync(Showing(Files.ClientOfOtherCa, Files.Ca), Showing(Files.Server));

        await meeting.AssertTalkingAsync();
        Assert.Empty(meeting.Server.Peer.Chain);
    }

    [Fact]
    public async Task Skipping_the_check_accepts_anything_and_says_so_as_an_alarm()
    {
        foreach (
            var pair in new[]
            {
                Files.ServerOfOtherCa,
                Files.ServerSelfSigned,
                Files.ServerExpired,
                Files.ServerOfAnotherName,
                Files.ServerOfIntermediate,
                Files.Client,
            }
        )
        {
            await using var meeting = await OfAsync(Trusting(Files.Ca) with { SkipVerify = true }, Showing(pair));

            await meeting.AssertTalkingAsync();
            Assert.False(meeting.Client.Peer.IsVerified);
            var alarm = meeting
                .Client.Peer.Facts(TimeProvider.System.GetUtcNow())
                .Single(fact => fact.Tone == FactTone.Alarm);
            Assert.Equal("not verified", alarm.Label);
            Assert.Contains("tls.insecure_skip_verify", alarm.Value, StringComparison.Ordinal);
        }
    }

    // Were the session resumed without a check, one careless connection would make all later ones careless.
    [Fact]
    public async Task A_connection_without_a_check_does_not_open_the_door_for_the_next_one()
    {
        for (var i = 0; i < 3; i++)
        {
            await using var careless = await OfAsync(
                Trusting(Files.Ca) with
                {
                    SkipVerify = true,
                },
                Showing(Files.ServerOfOtherCa)
            );
            await careless.AssertTalkingAsync();
            await using var careful = await OfAsync(Trusting(Files.Ca), Showing(Files.ServerOfOtherCa));
            Assert.Equal(FailureKind.Tls, careful.ClientFailure?.Kind);
        }
    }

    [Fact]
    public async Task Version_13_can_be_demanded_by_either_side()
    {
        await using var byClient = await OfAsync(
            Trusting(Files.Ca) with
            {
                IsVersion13Required = true,
            },
            Showing(Files.Server)
        );
        await using var byServer = await OfAsync(
            Trusting(Files.Ca),
            Showing(Files.Server) with
            {
                IsVersion13Required = true,
            }
        );

        Assert.Equal("TLS 1.3", byClient.Client.Peer.Version);
        Assert.Equal("TLS 1.3", byServer.Client.Peer.Version);
    }

    [Fact]
    public async Task The_application_protocol_is_agreed_on()
    {
        await using var meeting = await OfAsync(
            Trusting(Files.Ca),
            Showing(Files.Server),
            clientProtocols: ["mqtt", "x-other"],
            serverProtocols: ["x-other"]
        );
        await using var none = await OfAsync(Trusting(Files.Ca), Showing(Files.Server), clientProtocols: ["mqtt"]);

        Assert.Equal("x-other", meeting.Client.Peer.ApplicationProtocol);
        Assert.Equal("x-other", meeting.Server.Peer.ApplicationProtocol);
        Assert.Equal("", none.Client.Peer.ApplicationProtocol);
    }

    [Fact]
    public async Task Many_clients_at_once_are_served()
    {
        var meetings = await Task.WhenAll(
            Enumerable
                .Range(0, 20)
                .Select(_ => OfAsync(Showing(Files.Client, Files.Ca), Showing(Files.Server, Files.Ca)))
        );

        foreach (var meeting in meetings)
        {
            await meeting.AssertTalkingAsync();
            await meeting.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_end_of_a_stream_is_seen_as_an_end_and_not_as_a_failure()
    {
        await using var meeting = await OfAsync(Trusting(Files.Ca), Showing(Files.Server));
        await meeting.AssertTalkingAsync();

        await meeting.Server.DisposeAsync();

        Assert.Equal(0, await meeting.Client.ReadAsync(new byte[10], Limit()));
    }

    [Fact]
    public async Task The_facts_tell_version_cipher_chain_names_and_days()
    {
        await using var meeting = await OfAsync(Trusting(Files.Ca), Showing(Files.ServerExpiringSoon));

        var facts = meeting.Client.Peer.Facts(TimeProvider.System.GetUtcNow());

        Assert.StartsWith("TLS 1.3, TLS_", Value("encryption"), StringComparison.Ordinal);
        Assert.Contains("server-soon, valid for 5 more days, until ", Value("certificate"), StringComparison.Ordinal);
        Assert.Equal(FactTone.Warning, facts.Single(fact => fact.Label == "certificate").Tone);
        Assert.StartsWith("Test Root, valid for", Value("issued by"), StringComparison.Ordinal);
        Assert.Equal(FactTone.Normal, facts.Single(fact => fact.Label == "issued by").Tone);
        Assert.Equal("localhost, 127.0.0.1, ::1", Value("certificate names"));
        Assert.DoesNotContain(facts, fact => fact.Tone == FactTone.Alarm);

        string Value(string label) => facts.Single(fact => fact.Label == label).Value;
    }
}
