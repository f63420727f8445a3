using System.Collections.Concurrent;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;
using TraceMQ.Transport.Streams.Clients;

namespace TraceMQ.Transport.Nats.Server;

/// <summary>A client of our server.</summary>
internal sealed class ServedNatsClient : ServedClient
{
    /// <summary>Most subscriptions of one client.</summary>
    public const int MaximumSubscriptions = 10_000;

    private readonly PeerStream _peer;

    public ServedNatsClient(long number, PeerStream peer, SessionContext context)
        : base(peer.RemoteEndPoint, context.Time.GetTimestamp())
    {
        Number = number;
        _peer = peer;
        Outbox = new ClientOutbox(peer.Stream, new NatsTap(Direction.Out, context)) { Overflown = Cut };
    }

    public long Number { get; }

    public ClientOptions Options { get; set; } = new();

    /// <summary>True once it was let in.</summary>
    public bool IsAdmitted { get; set; }

    public ClientOutbox Outbox { get; }

    public ConcurrentDictionary<string, ClientSubscription> Subscriptions { get; } = new(StringComparer.Ordinal);

    /// <summary>Pings that were not answered yet.</summary>
    public int UnansweredPings { get; set; }

    public override IReadOnlyList<Fact> Facts =>
        [
            new("name", Options.Name),
            new("client", $"{Options.Language} {Options.Version}".Trim()),
            new("subscriptions", string.Join(", ", Subscriptions.Values.Select(Words).Take(20))),
        ];

    public override Task CloseAsync(SettingValues values, CancellationToken cancellationToken)
    {
        Outbox.Close();
        return Task.CompletedTask;
    }

    private static string Words(ClientSubscription subscription) =>
        subscription.Queue is { } queue ? $"{subscription.Subject} in group {queue}" : subscription.Subject;

    public override void Cut() => _peer.Stream.Dispose();
}
