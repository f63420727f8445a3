using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Nats;

/// <summary>What the connection card tells of a server while somebody looks, and what a server says by itself.</summary>
public sealed class NatsServerCardTests
{
    [Fact]
    public async Task The_round_trip_and_what_the_account_uses_come_while_somebody_looks()
    {
        await using var server = await NatsServer.StartAsync(hasJetStream: true);
        await using var session = await ConnectAsync(server, new Surroundings());

        await Surroundings.UntilAsync(() => Value(session, "kept in files") is not null, "the account is told");

        Assert.Equal("0 streams, 0 consumers", Value(session, "JetStream"));
        Assert.Matches("^[0-9]+\\.[0-9] ms$", Value(session, "round trip"));
    }

    [Fact]
    public async Task An_account_that_may_use_so_much_is_told_its_limits()
    {
        await using var server = await NatsServer.StartAsync(
            "accounts { A: { users: [ { user: u, password: p } ], jetstream: { max_mem: 1MB, max_file: 4MB, max_streams: 3, max_consumers: 5 } } }",
            hasJetStream: true
        );
        await using var session = await ConnectAsync(
            server,
            new Surroundings(),
            ("auth.username", "u"),
            ("auth.password", "p")
        );

        await Surroundings.UntilAsync(() => Value(session, "kept in files") is not null, "the account is told");

        Assert.Equal("0 of 3 streams, 0 of 5 consumers", Value(session, "JetStream"));
        Assert.Equal("0 B of 4 MB", Value(session, "kept in files"));
        Assert.Equal("0 B of 1 MB", Value(session, "kept in memory"));
    }

    [Fact]
    public async Task An_account_without_JetStream_is_told_so()
    {
        await using var server = await NatsServer.StartAsync(
            "accounts { A: { users: [ { user: u, password: p } ] } }",
            hasJetStream: true
        );
        await using var session = await ConnectAsync(
            server,
            new Surroundings(),
            ("auth.username", "u"),
            ("auth.password", "p")
        );

        await Surroundings.UntilAsync(
            () => Value(session, "JetStream") == "JetStream is not switched on for this account",
            "the account is told"
        );
    }

    [Fact]
    public async Task A_server_that_is_about_to_go_says_so_while_the_connection_lives()
    {
        await using var server = await NatsServer.StartAsync(
            "lame_duck_duration: \"30s\"\nlame_duck_grace_period: \"20s\""
        );
        var surroundings = new Surroundings();
        await using var session = await ConnectAsync(server, surroundings);

        await server.SignalAsync("ldm");

        var notice = await surroundings.NoticeAsync("shuts down soon");
        Assert.Equal(NoticeLevel.Warning, notice.Level);
        Assert.False(session.Completion.IsCompleted);
    }

    private static string? Value(ISession session, string label) =>
        session.Facts.FirstOrDefault(fact => fact.Label == label)?.Value;

    private static Task<ISession> ConnectAsync(
        NatsServer server,
        Surroundings surroundings,
        params (string Key, string Value)[] values
    ) =>
        NatsProfiles.Transport.ConnectAsync(
            NatsProfiles.Of(server.Port, values),
            surroundings.Context,
            CancellationToken.None
        );
}
