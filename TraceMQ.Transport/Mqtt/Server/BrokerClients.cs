using System.Collections.Concurrent;
using System.Net;
using MQTTnet.Formatter;

namespace TraceMQ.Transport.Mqtt.Server;

/// <summary>A client of our broker.</summary>
internal sealed class BrokerClient
{
    /// <param name="id">Its client id; untrusted.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="version">What it speaks.</param>
    /// <param name="since">When it connected, as the clock's timestamp.</param>
    public BrokerClient(string id, EndPoint? address, MqttProtocolVersion version, long since)
    {
        Id = id;
        Since = since;
        Address = address?.ToString() ?? "unknown address";
        Version = version switch
        {
            MqttProtocolVersion.V310 => "3.1",
            MqttProtocolVersion.V311 => "3.1.1",
            _ => "5.0",
        };
        Details = new MqttDetails.PeerDetails($"{id} {Address}");
    }

    public string Id { get; }

    public long Since { get; }

    public string Address { get; }

    public string Version { get; }

    public MqttDetails.PeerDetails Details { get; }
}

/// <summary>Who is connected to our broker, and what each subscribes to; subscriptions outlive a connection as their session does.</summary>
internal sealed class BrokerClients
{
    private readonly ConcurrentDictionary<string, BrokerClient> _connected = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, int>> _filters = new(
        StringComparer.Ordinal
    );
    private readonly MqttTopics _topics = new();

    public IEnumerable<BrokerClient> Connected =>
        _connected.Values.OrderBy(client => client.Id, StringComparer.Ordinal);

    public BrokerClient? Find(string id) => _connected.GetValueOrDefault(id);

    public void Add(BrokerClient client) => _connected[client.Id] = client;

    /// <summary>Forgets the connection, unless the client has come back on another one meanwhile.</summary>
    public void Remove(string id, EndPoint? address)
    {
        if (_connected.TryGetValue(id, out var client) && client.Address == (address?.ToString() ?? client.Address))
            _connected.TryRemove(KeyValuePair.Create(id, client));
    }

    public void Subscribed(string id, string filter, int qos) =>
        _filters.GetOrAdd(id, _ => new ConcurrentDictionary<string, int>(StringComparer.Ordinal))[filter] = qos;

    public void Unsubscribed(string id, string filter)
    {
        if (_filters.TryGetValue(id, out var filters))
            filters.TryRemove(filter, out _);
    }

    public void SessionDeleted(string id) => _filters.TryRemove(id, out _);

    public IReadOnlyList<string> FiltersOf(string id) =>
        _filters.TryGetValue(id, out var filters) ? [.. filters.Keys.Order(StringComparer.Ordinal)] : [];

    /// <summary>How many connected clients subscribe to the topic.</summary>
    public int CountSubscribers(string topic) =>
        _connected.Keys.Count(id => FiltersOf(id).Any(filter => _topics.Matches(filter, topic)));
}
