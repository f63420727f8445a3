using System.Runtime.CompilerServices;
using System.Text;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Links;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap.Client;

/// <summary>What a server has: its resources, as it says in /.well-known/core, and the server itself with ping and simulated loss.</summary>
internal sealed class CoapBrowser : IBrowsable, IKnownTopics
{
    private static readonly NodePath s_server = new("server");
    private static readonly NodePath s_resources = new("resources");
    private static readonly NodePath s_servers = new("servers");

    private static readonly SessionAction s_get = new("get", "Fetches it: the answer is listed.", IsChange: false, []);

    private static readonly SessionAction s_delete = new("delete", "Deletes it.", IsChange: true, []);

    private static readonly SessionAction s_ping = new("ping", "Asks whether it is there.", IsChange: false, []);

    private static readonly SessionAction s_loss = new(
        "simulate_loss",
        "Throws away a part of the datagrams, to see how both sides behave; 0 and 0 ends it.",
        IsChange: false,
        [LossSettings.Sending, LossSettings.Receiving]
    );

    private readonly CoapSession _session;
    private readonly IClientLink _link;
    private readonly SessionContext _context;

    public CoapBrowser(CoapSession session, IClientLink link, SessionContext context)
    {
        _session = session;
        _link = link;
        _context = context;
    }

    public async IAsyncEnumerable<Node> ListAsync(
        NodePath? parent,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (parent == s_servers)
        {
            await foreach (var found in MulticastDiscovery.FindAsync(_context, cancellationToken).ConfigureAwait(false))
                yield return found;
            yield break;
        }

        var links = parent == s_resources ? await DiscoverAsync(cancellationToken).ConfigureAwait(false) : [];
        // Told again each second: values come and grow old.
        var nodes = LiveListing.RepeatAsync(
            () => parent is null ? Roots() : [.. links.Select(ResourceOf)],
            _context.Time,
            cancellationToken
        );
        await foreach (var node in nodes.ConfigureAwait(false))
            yield return node;
    }

    public async Task<IReadOnlyList<string>> ListTopicsAsync(CancellationToken cancellationToken)
    {
        var links = await DiscoverAsync(cancellationToken).ConfigureAwait(false);
        return [.. links.Where(IsHere).Select(link => link.Target).Distinct(StringComparer.Ordinal)];
    }

    public Task<ActionPlan> PlanAsync(NodePath node, ActionCall call, CancellationToken cancellationToken)
    {
        var path = node.Keys[^1];
        var plan = call.Action.Name switch
        {
            "get" => new ActionPlan(node, call, $"fetches {path}", [$"GET {path}"]),
            "delete" => new ActionPlan(node, call, $"deletes {path}", [$"DELETE {path}"]),
            "ping" => new ActionPlan(node, call, "asks the server whether it is there", ["an empty message (ping)"]),
            _ => new ActionPlan(
                node,
                call,
                LossSettings.Words(call.Values),
                [
                    $"of what we send: {call.Values.Get(LossSettings.Sending)}%",
                    $"of what comes: {call.Values.Get(LossSettings.Receiving)}%",
                ]
            ),
        };
        return Task.FromResult(plan);
    }

    public async Task<ActionResult> RunAsync(ActionPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            return plan.Call.Action.Name switch
            {
                "ping" => await PingAsync(cancellationToken).ConfigureAwait(false),
                "simulate_loss" => Lose(plan.Call.Values),
                "delete" => await AskAsync("DELETE", plan.Node, cancellationToken).ConfigureAwait(false),
                _ => await AskAsync("GET", plan.Node, cancellationToken).ConfigureAwait(false),
            };
        }
        catch (TransportException exception)
        {
            return new ActionResult(IsDone: false, exception.Message);
        }
    }

    private async Task<ActionResult> PingAsync(CancellationToken cancellationToken)
    {
        var roundTrip = await _session.PingAsync(cancellationToken).ConfigureAwait(false);
        return new ActionResult(IsDone: true, $"It is there: {roundTrip.TotalMilliseconds:0.0} ms.");
    }

    private ActionResult Lose(SettingValues values)
    {
        if (_link.Loss is not { } loss)
            return new ActionResult(IsDone: false, "Over a stream nothing is lost.");
        loss.Set((int)values.Get(LossSettings.Sending), (int)values.Get(LossSettings.Receiving));
        return new ActionResult(IsDone: true, $"From now on it {LossSettings.Words(values)}.");
    }

    private async Task<ActionResult> AskAsync(string method, NodePath node, CancellationToken cancellationToken)
    {
        var result = await _session
            .PublishAsync(
                new OutgoingMessage
                {
                    Topic = node.Keys[^1],
                    Options = SettingValues.Empty.With(CoapSettings.Method, method),
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return new ActionResult(
            result.IsAccepted,
            $"{method} {node.Keys[^1]}: {result.Text}, {result.Elapsed.TotalMilliseconds:0.0} ms."
        );
    }

    private async Task<IReadOnlyList<CoapLinkEntry>> DiscoverAsync(CancellationToken cancellationToken)
    {
        var reply = await _session.GetQuietlyAsync(CoapPath.Discovery, cancellationToken).ConfigureAwait(false);
        if (!reply.Message.Code.IsSuccess)
            throw new TransportException(
                FailureKind.RefusedByPeer,
                $"The server does not say what it has: GET {CoapPath.Discovery} was answered {CoapWords.Of(reply)}."
            );
        return LinkFormat.Parse(Encoding.UTF8.GetString(reply.Message.Payload.Span));
    }

    private List<Node> Roots()
    {
        var facts = new List<Fact>(_link.Facts.Take(1));
        if (_link.Loss is { } loss)
            facts.Add(LossSettings.ColumnOf(loss));
        return
        [
            new Node(
                s_server,
                "server",
                "this server",
                HasChildren: false,
                facts,
                _link.Loss is null ? [s_ping] : [s_ping, s_loss]
            ),
            new Node(s_resources, "server", "resources", HasChildren: true, [], []),
            new Node(s_servers, "server", "servers of the group 224.0.1.187", HasChildren: true, [], []),
        ];
    }

    // A target of another server, or a relative one, is listed but cannot be asked from here.
    private static bool IsHere(CoapLinkEntry link) =>
        link.Target.StartsWith('/') && CoapPath.ProblemOf(link.Target) is null;

    private Node ResourceOf(CoapLinkEntry link)
    {
        var isHere = IsHere(link);
        var isObservable = link.Has("obs");
        var state = _session.LastOf(link.Target);
        return new Node(
            s_resources.Child(link.Target),
            "resource",
            link.Target,
            HasChildren: false,
            [
                new Fact("value", state?.Preview ?? ""),
                new Fact("age", state is null ? "" : ContentPreview.Age(state.At, _context.Time)),
                new Fact(
                    "observed",
                    _session.IsObserved(link.Target) ? "yes"
                        : isObservable ? "can be"
                        : ""
                ),
                new Fact("format", FormatsOf(link["ct"])),
                new Fact("size", SizeOf(link["sz"])),
                new Fact("type", link["rt"]),
                new Fact("interface", link["if"]),
                new Fact("title", link["title"]),
            ],
            isHere ? [s_get, s_delete] : [],
            Opens: isHere && isObservable ? new Subscription(link.Target) : null,
            SendTo: isHere ? new OutgoingMessage { Topic = link.Target } : null
        );
    }

    private static string SizeOf(string attribute) =>
        long.TryParse(attribute, out var bytes) ? Quantity.FormatSize(bytes) : attribute;

    private static string FormatsOf(string numbers) =>
        string.Join(
            ", ",
            numbers
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(item => long.TryParse(item, out var number) ? ContentFormats.NameOf(number) : item)
        );
}
