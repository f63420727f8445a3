using System.Text;
using CsCheck;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Nats;

namespace TraceMQ.Tests.Nats;

/// <summary>Replays at their edges: ends in time, places without messages, consumers that go away, bytes that no library sends.</summary>
public sealed class NatsEdgeTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];
    private NatsServer _server = null!;
    private NatsConnection _library = null!;
    private NatsJSContext _js = null!;

    public async Task InitializeAsync()
    {
        _server = await NatsServer.StartAsync(hasJetStream: true);
        _library = new NatsConnection(new NatsOpts { Url = $"nats://127.0.0.1:{_server.Port}" });
        _js = new NatsJSContext(_library);
        await _js.CreateStreamAsync(new StreamConfig("S", ["s.>"]) { Storage = StreamConfigStorage.Memory });
    }

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        foreach (var owned in _owned)
            await owned.DisposeAsync();
        await _library.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task An_end_in_the_past_is_reached_with_the_history()
    {
        await StoreAsync("1", "2");
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);

        await session.SubscribeAsync(
            NatsProfiles.Subscription("s.>", ("start", "earliest"), ("until", "-0s")),
            null,
            CancellationToken.None
        );

        Assert.Equal("1 2 Finished", await ReadAsync(surroundings, HistoryMark.Finished));
    }

    [Fact]
    public async Task An_end_to_come_is_kept_where_nothing_comes_any_more()
    {
        await StoreAsync("1");
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        var end = TimeProvider.System.GetUtcNow().AddSeconds(1).ToString("O");

        await session.SubscribeAsync(
            NatsProfiles.Subscription("s.>", ("start", "earliest"), ("until", end)),
            null,
            CancellationToken.None
        );

        Assert.Equal("1 CaughtUp Finished", await ReadAsync(surroundings, HistoryMark.Finished));
    }

    [Fact]
    public async Task What_was_stored_while_a_reader_from_the_latest_was_away_comes_to_the_next_session()
    {
        await StoreAsync("old");
        var wanted = NatsProfiles.Subscription("s.>", ("start", "latest"));
        var surroundings = new Surroundings();
        var first = await ConnectAsync(surroundings);
        await first.SubscribeAsync(wanted, null, CancellationToken.None);
        Assert.Equal("CaughtUp", await ReadAsync(surroundings, HistoryMark.CaughtUp));
        await first.DisposeAsync();

        await StoreAsync("between");
        var second = await ConnectAsync(surroundings);
        await second.SubscribeAsync(wanted, first.PositionOf(wanted), CancellationToken.None);

        Assert.Equal("between", Text(await surroundings.NextAsync(message => message.Mark == HistoryMark.None)));
    }

    [Fact]
    public async Task A_consumer_that_is_taken_away_is_replaced_and_nothing_is_missed()
    {
        await StoreAsync("1");
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.SubscribeAsync(
            NatsProfiles.Subscription("s.>", ("start", "earliest")),
            null,
            CancellationToken.None
        );
        await ReadAsync(surroundings, HistoryMark.CaughtUp);

        var name = Assert.Single(await ConsumersAsync());
        await _js.DeleteConsumerAsync("S", name);
        await StoreAsync("2");

        Assert.Equal("2", Text(await surroundings.NextAsync(message => message.Mark == HistoryMark.None)));
        Assert.NotEqual(name, Assert.Single(await ConsumersAsync()));
    }

    [Fact]
    public async Task A_session_that_ends_leaves_no_consumer()
    {
        await StoreAsync("1");
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.SubscribeAsync(
            NatsProfiles.Subscription("s.>", ("start", "earliest")),
            null,
            CancellationToken.None
        );
        await ReadAsync(surroundings, HistoryMark.CaughtUp);

        await session.DisposeAsync();

        Assert.Empty(await ConsumersAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Header_bytes_that_are_no_UTF8_do_not_end_anything(bool isReplay)
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        if (!isReplay)
            await session.SubscribeAsync(new Subscription("s.>"), null, CancellationToken.None);
        using (var peer = await NatsRawPeer.ConnectAsync(_server.Port))
        {
            byte[] headers = [.. "NATS/1.0\r\nunit: "u8, 0xff, 0xfe, .. "C\r\n\r\n"u8];
            await peer.SendAsync([
                .. Encoding.ASCII.GetBytes($"HPUB s.a {headers.Length} {headers.Length + 1}\r\n"),
                .. headers,
                .. "x\r\n"u8,
            ]);
            await peer.SettleAsync();
        }

        if (isReplay)
            await session.SubscribeAsync(
                NatsProfiles.Subscription("s.>", ("start", "earliest")),
                null,
                CancellationToken.None
            );

        var message = await surroundings.NextInAsync("s.a");
        Assert.Equal(new Header("unit", "\ufffd\ufffdC"), Assert.Single(message.Headers));
        Assert.False(session.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_user_of_an_account_that_the_server_does_not_know_is_refused()
    {
        using var known = new NatsAccounts();
        using var unknown = new NatsAccounts();
        await using var server = await NatsServer.StartAsync(known.Configuration);

        var refused = await Assert.ThrowsAsync<TransportException>(() =>
            NatsProfiles.Transport.ConnectAsync(
                NatsProfiles.Of(server.Port, ("auth.credentials_file", unknown.Credentials("stranger"))),
                new Surroundings().Context,
                CancellationToken.None
            )
        );

        Assert.Equal(FailureKind.Credentials, refused.Kind);
        Assert.Contains("refused the JWT of user stranger", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$JS.ACK.S.c.1.42.7.1700000000123456789.3", 42, 7, 3)]
    [InlineData("$JS.ACK._.ACCOUNT.S.c.1.42.7.1700000000123456789.3", 42, 7, 3)]
    [InlineData("$JS.ACK.hub.ACCOUNT.S.c.1.42.7.1700000000123456789.3.token", 42, 7, 3)]
    public void Places_are_read_from_old_and_new_servers(string subject, ulong sequence, ulong delivery, ulong pending)
    {
        var place = NatsPlace.Parse(subject);

        Assert.Equal(
            new NatsPlace(sequence, delivery, new DateTimeOffset(638355968001234567, TimeSpan.Zero), pending),
            place
        );
    }

    [Fact]
    public void No_subject_makes_reading_a_place_fail() =>
        Gen.String[0, 60]
            .Sample(text =>
            {
                NatsPlace.Parse(text);
                NatsPlace.Parse("$JS.ACK." + text);
                NatsPlace.Parse("$JS.ACK.S.c.1.2." + text + ".3.4");
            });

    private async Task StoreAsync(params string[] payloads)
    {
        foreach (var payload in payloads)
            await _js.PublishAsync("s.a", Encoding.UTF8.GetBytes(payload), NatsRawSerializer<byte[]>.Default);
    }

    private async Task<ISession> ConnectAsync(Surroundings surroundings)
    {
        var session = await NatsProfiles.Transport.ConnectAsync(
            NatsProfiles.Of(_server.Port),
            surroundings.Context,
            CancellationToken.None
        );
        _owned.Add(session);
        return session;
    }

    private async Task<List<string>> ConsumersAsync()
    {
        var names = new List<string>();
        await foreach (var name in _js.ListConsumerNamesAsync("S"))
            names.Add(name);
        return names;
    }

    private static async Task<string> ReadAsync(Surroundings surroundings, HistoryMark mark)
    {
        var seen = new List<Message>();
        do seen.Add(await surroundings.NextAsync(message => message.Direction == Direction.In));
        while (seen[^1].Mark != mark);
        return string.Join(
            ' ',
            seen.Select(message => message.Mark == HistoryMark.None ? Text(message) : message.Mark.ToString())
        );
    }

    private static string Text(Message message) => Encoding.UTF8.GetString(message.Payload.Span);
}
