using System.Globalization;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Streams.Clients;

/// <summary>The clients of a server of ours as nodes, told again each second as long as somebody looks; each can be sent to and closed.</summary>
/// <typeparam name="TClient">The protocol's.</typeparam>
internal sealed class ClientBrowser<TClient> : IBrowsable
    where TClient : ServedClient
{
    private const string Kind = "clients";

    private readonly ServedClients<TClient> _clients;
    private readonly bool _isSentTo;
    private readonly SessionAction _close;
    private readonly TimeProvider _time;

    /// <param name="clients">Who is connected.</param>
    /// <param name="closeSettings">What closing can be told.</param>
    /// <param name="time">The clock.</param>
    /// <param name="isSentTo">True where a client's address is a topic to send to.</param>
    public ClientBrowser(
        ServedClients<TClient> clients,
        IReadOnlyList<Setting> closeSettings,
        TimeProvider time,
        bool isSentTo = true
    )
    {
        _isSentTo = isSentTo;
        _clients = clients;
        _close = new SessionAction("close", "Ends the client's connection.", IsChange: true, closeSettings);
        _time = time;
    }

    public IAsyncEnumerable<Node> ListAsync(NodePath? parent, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, Sample>(StringComparer.Ordinal);
        return LiveListing.RepeatAsync(() => parent is null ? Clients(ref seen) : [], _time, cancellationToken);
    }

    public Task<ActionPlan> PlanAsync(NodePath node, ActionCall call, CancellationToken cancellationToken) =>
        Task.FromResult(new ActionPlan(node, call, $"ends the connection of {node.Keys[^1]}", [node.Keys[^1]]));

    public async Task<ActionResult> RunAsync(ActionPlan plan, CancellationToken cancellationToken)
    {
        var name = plan.Node.Keys[^1];
        if (_clients.Find(name) is not { } client)
            return new ActionResult(IsDone: false, $"{name} is not connected any more.");
        await client.CloseAsync(plan.Call.Values, cancellationToken).ConfigureAwait(false);
        return new ActionResult(IsDone: true, $"Closed {name}.");
    }

    /// <summary>The clients as they are now.</summary>
    /// <param name="seen">What had passed when they were told last.</param>
    private List<Node> Clients(ref Dictionary<string, Sample> seen)
    {
        var now = new Dictionary<string, Sample>(StringComparer.Ordinal);
        var nodes = new List<Node>();
        foreach (var client in _clients.All)
        {
            var sample = new Sample(_time.GetTimestamp(), client.Received, client.Sent);
            nodes.Add(Of(client, sample, seen.TryGetValue(client.Name, out var before) ? before : null));
            now[client.Name] = sample;
        }

        seen = now;
        return nodes;
    }

    private Node Of(TClient client, Sample sample, Sample? before)
    {
        var elapsed = before is null ? TimeSpan.Zero : _time.GetElapsedTime(before.Value.At, sample.At);
        return new Node(
            new NodePath(client.Name),
            Kind,
            client.Name,
            HasChildren: false,
            [
                new Fact(
                    "connected",
                    Quantity.Format(TimeSpan.FromSeconds(Math.Floor(_time.GetElapsedTime(client.Since).TotalSeconds)))
                ),
                new Fact("sends", Rate(sample.Received, before?.Received, elapsed)),
                new Fact("gets", Rate(sample.Sent, before?.Sent, elapsed)),
                .. client.Facts,
            ],
            [_close],
            Opens: null,
            SendTo: _isSentTo ? new OutgoingMessage { Topic = client.Name } : null
        );
    }

    private static string Rate(ServedClient.Traffic total, ServedClient.Traffic? before, TimeSpan elapsed)
    {
        var text = $"{total.Messages.ToString("N0", CultureInfo.InvariantCulture)} · {SizeOf(total.Bytes)}";
        if (before is not { } earlier || elapsed <= TimeSpan.Zero)
            return text;
        var rate = (total.Messages - earlier.Messages) / elapsed.TotalSeconds;
        return $"{rate.ToString("0", CultureInfo.InvariantCulture)}/s · {text}";
    }

    private static string SizeOf(long bytes) =>
        bytes switch
        {
            < 1024 => $"{bytes} B",
            < 1 << 20 => $"{(bytes / 1024d).ToString("0.#", CultureInfo.InvariantCulture)} KB",
            < 1 << 30 => $"{(bytes / (double)(1 << 20)).ToString("0.#", CultureInfo.InvariantCulture)} MB",
            _ => $"{(bytes / (double)(1 << 30)).ToString("0.#", CultureInfo.InvariantCulture)} GB",
        };

    private readonly record struct Sample(long At, ServedClient.Traffic Received, ServedClient.Traffic Sent);
}
