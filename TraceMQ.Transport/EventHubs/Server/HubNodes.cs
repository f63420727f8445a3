using System.Globalization;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>The clients, links and partitions of our hub as nodes.</summary>
internal sealed class HubNodes
{
    private const string Clients = "clients";
    private const string Partitions = "partitions";

    private readonly LocalHub _hub;
    private readonly TimeProvider _time;
    private readonly SessionAction _disconnect;
    private readonly SessionAction _detach;
    private readonly SessionAction _clear;

    public HubNodes(
        LocalHub hub,
        TimeProvider time,
        SessionAction disconnect,
        SessionAction detach,
        SessionAction clear
    )
    {
        _hub = hub;
        _time = time;
        _disconnect = disconnect;
        _detach = detach;
        _clear = clear;
    }

    /// <summary>What there is at the top.</summary>
    public static IReadOnlyList<Node> Roots { get; } =
    [
        new(new NodePath(Clients), "collections", Clients, HasChildren: true, [], []),
        new(new NodePath(Partitions), "collections", Partitions, HasChildren: true, [], []),
    ];

    /// <summary>What there is below a node now.</summary>
    public IReadOnlyList<Node> Below(NodePath parent)
    {
        var keys = parent.Keys;
        return (keys[0], keys.Length) switch
        {
            (Clients, 1) => [.. _hub.Clients.Select(client => Of(parent, client))],
            (Partitions, 1) => [.. _hub.Partitions.Select(partition => Of(parent, partition))],
            (Clients, 2) => Find(keys[1]) is { } client ? LinksOf(parent, client) : [],
            (Partitions, 2) => ReadersOf(parent, keys[1]),
            _ => [],
        };
    }

    /// <summary>The link that a node of a client stands for.</summary>
    public (HubClient? Client, HubLink? Link) FindLink(NodePath node)
    {
        var keys = node.Keys;
        if (keys.Length < 3 || Find(keys[1]) is not { } client)
            return (null, null);
        lock (client.Gate)
            return (client, client.Links.FirstOrDefault(link => KeyOf(link) == keys[2]));
    }

    private static string KeyOf(HubLink link) =>
        string.Create(CultureInfo.InvariantCulture, $"{link.Session.Channel}.{link.Handle} {link.Name}");

    private HubClient? Find(string address) => _hub.Clients.FirstOrDefault(client => client.Address == address);

    private Node Of(NodePath parent, HubClient client)
    {
        lock (client.Gate)
        {
            var links = client.Links.Where(link => !link.IsDetached).ToList();
            return new Node(
                parent.Child(client.Address),
                Clients,
                client.Address,
                HasChildren: true,
                [
                    new Fact("program", client.Product),
                    new Fact("way", WayOf(client)),
                    new Fact("sent", Count(client.EventsIn)),
                    new Fact("read", Count(links.OfType<ConsumerLink>().Sum(link => link.Count))),
                    new Fact("links", Count(links.Count)),
                    new Fact("tokens", client.Claims.IsOpen ? "not needed" : Count(client.Claims.Count)),
                    new Fact("connected", Elapsed(client.Since)),
                ],
                [_disconnect]
            );
        }
    }

    private List<Node> LinksOf(NodePath parent, HubClient client)
    {
        lock (client.Gate)
        {
            return
            [
                .. client
                    .Links.Where(link => !link.IsDetached)
                    .Select(link => new Node(
                        parent.Child(KeyOf(link)),
                        "links",
                        link.Name,
                        HasChildren: false,
                        [
                            new Fact("does", link.Purpose),
                            new Fact("path", link.Path),
                            new Fact("messages", Count(link.Count)),
                            new Fact("credit", Count(CreditOf(link))),
                            new Fact("owner level", OwnerLevelOf(link)),
                            new Fact("attached", Elapsed(link.Since)),
                        ],
                        [_detach]
                    )),
            ];
        }
    }

    private Node Of(NodePath parent, HubPartition partition)
    {
        var state = partition.State;
        var readers = _hub.Readers.All().Count(reader => reader.Partition == partition);
        return new Node(
            parent.Child(partition.Id),
            Partitions,
            partition.Id,
            HasChildren: true,
            [
                new Fact("events", Count(state.Count)),
                new Fact("first", state.Count == 0 ? "" : Count(state.BeginSequence)),
                new Fact("last", state.LastSequence < 0 ? "" : Count(state.LastSequence)),
                new Fact("readers", Count(readers)),
                new Fact("size", Quantity.FormatSize(state.Bytes)),
                new Fact(
                    "last enqueued",
                    state.LastSequence < 0
                        ? ""
                        : state.LastTime.UtcDateTime.ToString("HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
                ),
                new Fact("expired", Count(state.Expired)),
            ],
            [_clear],
            SendTo: new OutgoingMessage { Topic = partition.Id }
        );
    }

    private List<Node> ReadersOf(NodePath parent, string id) =>
        [
            .. _hub
                .Readers.All()
                .Where(reader => reader.Partition.Id == id)
                .Select(reader => new Node(
                    parent.Child($"{reader.Session.Client.Address} {KeyOf(reader)}"),
                    "readers",
                    reader.Session.Client.Address,
                    HasChildren: false,
                    [
                        new Fact("group", reader.Path.Split('/')[2]),
                        new Fact("reader", reader.ReaderName),
                        new Fact("next", Count(reader.NextSequence)),
                        new Fact(
                            "behind",
                            Count(Math.Max(0, reader.Partition.State.LastSequence + 1 - reader.NextSequence))
                        ),
                        new Fact("credit", Count(reader.Credit)),
                        new Fact("owner level", OwnerLevelOf(reader)),
                    ],
                    []
                )),
        ];

    private static string WayOf(HubClient client) =>
        (client.Peer.WebSocket, client.Peer.Tls) switch
        {
            (null, null) => "TCP",
            (null, { } tls) => tls.Version,
            (not null, null) => "WebSocket",
            (not null, { } tls) => $"WebSocket, {tls.Version}",
        };

    private static long CreditOf(HubLink link) =>
        link switch
        {
            IncomingLink incoming => incoming.Credit,
            OutgoingLink outgoing => outgoing.Credit,
            _ => 0,
        };

    private static string OwnerLevelOf(HubLink link) =>
        (link as ConsumerLink)?.Epoch?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private string Elapsed(long since) =>
        Quantity.Format(TimeSpan.FromSeconds(Math.Floor(_time.GetElapsedTime(since).TotalSeconds)));
}
