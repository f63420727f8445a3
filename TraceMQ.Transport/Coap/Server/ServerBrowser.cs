using System.Runtime.CompilerServices;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Coap.Client;
using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>What our server has: resources, who observes them, and who has asked. All of it is told again each second.</summary>
internal sealed class ServerBrowser : IBrowsable
{
    private static readonly NodePath s_server = new("server");
    private static readonly NodePath s_resources = new("resources");
    private static readonly NodePath s_observers = new("observers");
    private static readonly NodePath s_clients = new("clients");

    private static readonly SessionAction s_forget = new("forget", "Notifies it no more.", IsChange: true, []);

    private static readonly SessionAction s_loss = new(
        "simulate_loss",
        "Throws away a part of the datagrams, to see how both sides behave; 0 and 0 ends it.",
        IsChange: false,
        [LossSettings.Sending, LossSettings.Receiving]
    );

    private readonly Resources _resources;
    private readonly Observers _observers;
    private readonly CoapService _service;
    private readonly ServedPeers _served;
    private readonly Func<IReadOnlyList<ServedPeer>> _peers;
    private readonly TimeProvider _time;

    public ServerBrowser(
        Resources resources,
        Observers observers,
        CoapService service,
        ServedPeers served,
        Func<IReadOnlyList<ServedPeer>> peers,
        TimeProvider time
    )
    {
        _resources = resources;
        _observers = observers;
        _service = service;
        _served = served;
        _peers = peers;
        _time = time;
    }

    public IAsyncEnumerable<Node> ListAsync(NodePath? parent, CancellationToken cancellationToken) =>
        LiveListing.RepeatAsync(
            () =>
                parent is null ? Roots()
                : parent == s_resources ? [.. _resources.All.Select(NodeOf)]
                : parent == s_observers ? [.. _observers.All.Select(NodeOf)]
                : parent == s_clients ? [.. _peers().Select(NodeOf)]
                : [],
            _time,
            cancellationToken
        );

    public Task<ActionPlan> PlanAsync(NodePath node, ActionCall call, CancellationToken cancellationToken)
    {
        var name = node.Keys[^1];
        var plan = call.Action.Name switch
        {
            ResourceActions.MakeName => Plan(
                $"makes {ResourceActions.PathOf(call)}",
                $"PUT {ResourceActions.PathOf(call)}"
            ),
            ResourceActions.EditName => Plan($"changes {name}", $"PUT {name}", Told(name)),
            ResourceActions.DeleteName => Plan($"deletes {name}", $"DELETE {name}", Told(name)),
            ResourceActions.DescribeName => Plan($"describes {name} anew", "its attributes in /.well-known/core"),
            ResourceActions.AnswerName => Plan(
                $"{name} answers otherwise",
                $"from now on: {Words(ResourceActions.ModeOf(call))}"
            ),
            "forget" => Plan($"notifies {name} no more", name),
            _ => Plan(
                LossSettings.Words(call.Values),
                $"of what we send: {call.Values.Get(LossSettings.Sending)}%",
                $"of what comes: {call.Values.Get(LossSettings.Receiving)}%"
            ),
        };
        return Task.FromResult(plan);

        ActionPlan Plan(string summary, params string[] steps) => new(node, call, summary, steps);
    }

    public Task<ActionResult> RunAsync(ActionPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            return Task.FromResult(Run(plan.Node, plan.Call));
        }
        catch (TransportException exception)
        {
            return Task.FromResult(new ActionResult(IsDone: false, exception.Message));
        }
    }

    private ActionResult Run(NodePath node, ActionCall call)
    {
        var name = node.Keys[^1];
        switch (call.Action.Name)
        {
            case ResourceActions.MakeName:
                return Do(ResourceActions.Put(ResourceActions.PathOf(call), call));
            case ResourceActions.EditName:
                return Do(ResourceActions.Put(name, call));
            case ResourceActions.DeleteName:
                return Do(new CoapMessage { Code = CoapCode.Delete, Options = OptionSet.Of(CoapPath.ToOptions(name)) });
            case ResourceActions.DescribeName:
                return Changed(_resources.Change(name, resource => ResourceActions.Described(resource, call)), name);
            case ResourceActions.AnswerName:
                var mode = ResourceActions.ModeOf(call);
                return Changed(_resources.Change(name, resource => resource with { Answers = mode }), name);
            case "forget":
                return Forget(node);
            default:
                _served.Loss.Set(
                    (int)call.Values.Get(LossSettings.Sending),
                    (int)call.Values.Get(LossSettings.Receiving)
                );
                return new ActionResult(IsDone: true, $"From now on it {LossSettings.Words(call.Values)}.");
        }
    }

    private ActionResult Do(CoapMessage request)
    {
        var outcome = _service.Do(request, out var told);
        var words = CoapWords.Of(new CoapReply(outcome.Response, TimeSpan.Zero, 1));
        return new ActionResult(
            outcome.Response.Code.IsSuccess,
            $"{CoapPath.Of(request.Options)}: {words}{(told == 0 ? "" : $"; observers told: {told:N0}")}."
        );
    }

    private static ActionResult Changed(Resource? resource, string path) =>
        resource is null
            ? new ActionResult(IsDone: false, $"{path} is not there any more.")
            : new ActionResult(IsDone: true, $"{path} is changed.");

    private ActionResult Forget(NodePath node)
    {
        if (_observers.All.FirstOrDefault(observer => PathOf(observer) == node) is not { } found)
            return new ActionResult(IsDone: false, "It observes nothing any more.");
        _observers.Remove(found);
        return new ActionResult(IsDone: true, $"{found.Peer.Name} is notified of {found.Path} no more.");
    }

    private string Told(string path) => $"observers that are told: {_observers.Of(path).Count:N0}";

    private List<Node> Roots() =>
        [
            new Node(
                s_server,
                "server",
                "this server",
                HasChildren: false,
                [new Fact("has", ""), LossSettings.ColumnOf(_served.Loss)],
                [ResourceActions.Make, s_loss]
            ),
            Folder(s_resources, "resources", _resources.Count),
            Folder(s_observers, "observers", _observers.All.Count),
            Folder(s_clients, "clients", _peers().Count),
        ];

    private static Node Folder(NodePath path, string name, int count) =>
        new(path, "server", name, HasChildren: true, [new Fact("has", count.ToString("N0"))], [ResourceActions.Make]);

    private Node NodeOf(Resource resource) =>
        new(
            s_resources.Child(resource.Path),
            "resources",
            resource.Path,
            HasChildren: false,
            [
                new Fact("content", ContentPreview.Of(resource.Payload.Span)),
                new Fact("format", resource.Format is { } format ? ContentFormats.NameOf(format) : ""),
                new Fact("observers", _observers.Of(resource.Path).Count.ToString("N0")),
                new Fact("answers", Words(resource.Answers)),
                new Fact("title", resource.Title),
            ],
            [
                ResourceActions.Edit(resource),
                ResourceActions.Answer(resource.Answers),
                ResourceActions.Describe(resource),
                ResourceActions.Delete,
                ResourceActions.Make,
            ],
            Opens: null,
            SendTo: new OutgoingMessage { Topic = resource.Path }
        );

    private Node NodeOf(Observer observer) =>
        new(
            PathOf(observer),
            "observers",
            observer.Peer.Name,
            HasChildren: false,
            [
                new Fact("resource", observer.Path),
                new Fact("for", Ago(observer.Since)),
                new Fact("notified", observer.Sent.ToString("N0")),
                new Fact("confirmed", observer.IsConfirmable ? "each" : "now and then"),
            ],
            [s_forget]
        );

    private Node NodeOf(ServedPeer peer) =>
        new(
            s_clients.Child($"{peer.Carrier} {peer.Name}{(peer.IsGroup ? " group" : "")}"),
            "clients",
            peer.Name,
            HasChildren: false,
            [
                new Fact("by", peer.IsGroup ? $"{peer.Carrier}, the group" : peer.Carrier),
                new Fact("requests", peer.Requests.ToString("N0")),
                new Fact("came", $"{Ago(peer.Since)} ago"),
                new Fact("silent for", Ago(peer.LastHeard)),
            ],
            []
        );

    private static NodePath PathOf(Observer observer) =>
        s_observers.Child($"{observer.Peer.Name} {observer.Request.Token} {observer.Path}");

    private static string Words(AnswerMode mode) => mode.ToString() is { Length: > 0 } text ? text : "normally";

    private string Ago(long at) => ContentPreview.Age(at, _time);
}
