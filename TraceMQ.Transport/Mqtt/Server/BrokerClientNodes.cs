using System.Globalization;
using System.Runtime.CompilerServices;
using MQTTnet.Server;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt.Server;

/// <summary>The clients of our broker as nodes, told again each second as long as somebody looks.</summary>
internal sealed class BrokerClientNodes
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly MqttServer _server;
    private readonly BrokerClients _clients;
    private readonly TimeProvider _time;
    private readonly SessionAction _disconnect;

    /// <param name="server">The library's server, which counts.</param>
    /// <param name="clients">Who is connected.</param>
    /// <param name="disconnect">What can be done with a client.</param>
    /// <param name="time">The clock.</param>
    public BrokerClientNodes(MqttServer server, BrokerClients clients, SessionAction disconnect, TimeProvider time)
    {
        _server = server;
        _clients = clients;
        _disconnect = disconnect;
        _time = time;
    }

    /// <summary>Where the clients are.</summary>
    public static NodePath Root { get; } = new("clients");

    /// <summary>The clients, each again with its newest counts, and those that have gone as gone, until cancelled.</summary>
    public async IAsyncEnumerable<Node> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, Sample>(StringComparer.Ordinal);
        while (true)
        {
            var now = _time.GetTimestamp();
            var counts = await CountsAsync().ConfigureAwait(false);
            var gone = new HashSet<string>(seen.Keys, StringComparer.Ordinal);
            foreach (var client in _clients.Connected)
            {
                gone.Remove(client.Id);
                var (received, sent) = counts.GetValueOrDefault(client.Id);
                var sample = new Sample(now, received, sent);
                yield return Of(client, sample, seen.TryGetValue(client.Id, out var before) ? before : null);
                seen[client.Id] = sample;
            }

            foreach (var id in gone)
            {
                seen.Remove(id);
                yield return new Node(Root.Child(id), "clients", id, HasChildren: false, [], []) { IsGone = true };
            }

            await Task.Delay(s_interval, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Dictionary<string, (long Received, long Sent)>> CountsAsync()
    {
        var counts = new Dictionary<string, (long, long)>(StringComparer.Ordinal);
        foreach (var client in await _server.GetClientsAsync().ConfigureAwait(false))
            // The library counts from the client's side: what the client has sent is what we have received.
            counts[client.Id] = (client.SentApplicationMessagesCount, client.ReceivedApplicationMessagesCount);
        return counts;
    }

    private Node Of(BrokerClient client, Sample sample, Sample? before)
    {
        var elapsed = before is null ? TimeSpan.Zero : _time.GetElapsedTime(before.Value.At, sample.At);
        return new Node(
            Root.Child(client.Id),
            "clients",
            client.Id,
            HasChildren: false,
            [
                new Fact("address", client.Address),
                new Fact("version", client.Version),
                new Fact("sends", Rate(sample.Received, before?.Received, elapsed)),
                new Fact("gets", Rate(sample.Sent, before?.Sent, elapsed)),
                new Fact(
                    "connected",
                    Quantity.Format(TimeSpan.FromSeconds(Math.Floor(_time.GetElapsedTime(client.Since).TotalSeconds)))
                ),
                new Fact("subscriptions", string.Join(", ", _clients.FiltersOf(client.Id))),
            ],
            [_disconnect]
        );
    }

    private static string Rate(long count, long? before, TimeSpan elapsed)
    {
        var total = count.ToString("N0", CultureInfo.InvariantCulture);
        if (before is not { } earlier || elapsed <= TimeSpan.Zero)
            return total;
        var rate = (count - earlier) / elapsed.TotalSeconds;
        return $"{rate.ToString("0", CultureInfo.InvariantCulture)}/s · {total}";
    }

    private readonly record struct Sample(long At, long Received, long Sent);
}
