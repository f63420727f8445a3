using System.Runtime.CompilerServices;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt.Server;

/// <summary>What our broker has to look through: its clients, and its retained messages.</summary>
internal sealed class BrokerBrowser : IBrowsable
{
    private static readonly Setting<string> s_reason = Setting.Text(
        "reason",
        "What a client of MQTT 5.0 is told.",
        "disconnected by the operator"
    );
    private static readonly SessionAction s_disconnect = new(
        "disconnect",
        "Ends the client's connection.",
        IsChange: true,
        [s_reason]
    );

    private readonly MqttServer _server;
    private readonly BrokerClients _clients;
    private readonly BrokerClientNodes _nodes;
    private readonly Func<MqttApplicationMessage, CancellationToken, Task> _send;

    /// <param name="server">The broker that is looked through.</param>
    /// <param name="clients">Its clients.</param>
    /// <param name="send">Sends to them and lists as sent; fails with a <see cref="TransportException"/>.</param>
    /// <param name="time">The clock.</param>
    public BrokerBrowser(
        MqttServer server,
        BrokerClients clients,
        Func<MqttApplicationMessage, CancellationToken, Task> send,
        TimeProvider time
    )
    {
        _nodes = new BrokerClientNodes(server, clients, s_disconnect, time);
        _send = send;
        _server = server;
        _clients = clients;
    }

    public async IAsyncEnumerable<Node> ListAsync(
        NodePath? parent,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (parent is null)
        {
            yield return new Node(BrokerClientNodes.Root, "collections", "clients", HasChildren: true, [], []);
            yield return RetainedNodes.Root;
        }
        else if (parent == BrokerClientNodes.Root)
        {
            await foreach (var client in _nodes.ListAsync(cancellationToken).ConfigureAwait(false))
                yield return client;
        }
        else if (parent == RetainedNodes.RootPath)
        {
            foreach (var item in await RetainedAsync("#").ConfigureAwait(false))
                yield return RetainedNodes.Of(item);
        }
    }

    public async Task<ActionPlan> PlanAsync(NodePath node, ActionCall call, CancellationToken cancellationToken)
    {
        if (call.Action.Name == s_disconnect.Name)
            return new ActionPlan(node, call, $"ends the connection of {node.Keys[^1]}", [node.Keys[^1]]);
        return RetainedNodes.Plan(
            node,
            call,
            await RetainedAsync(RetainedNodes.PatternOf(node, call)).ConfigureAwait(false)
        );
    }

    public Task<ActionResult> RunAsync(ActionPlan plan, CancellationToken cancellationToken) =>
        plan.Call.Action.Name == s_disconnect.Name
            ? DisconnectAsync(plan)
            : RetainedNodes.ClearAsync(plan, ClearAsync, cancellationToken);

    private async Task<ActionResult> DisconnectAsync(ActionPlan plan)
    {
        var id = plan.Node.Keys[^1];
        if (_clients.Find(id) is null)
            return new ActionResult(IsDone: false, $"{id} is not connected any more.");
        var options = new MqttServerClientDisconnectOptions
        {
            ReasonCode = MqttDisconnectReasonCode.AdministrativeAction,
            ReasonString = plan.Call.Values.Get(s_reason),
        };
        try
        {
            await _server.DisconnectClientAsync(id, options).ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            return new ActionResult(IsDone: false, $"{id} is not connected any more.");
        }

        return new ActionResult(IsDone: true, $"Disconnected {id}.");
    }

    private async Task<string?> ClearAsync(string topic, CancellationToken cancellationToken)
    {
        await _send(new MqttApplicationMessage { Topic = topic, Retain = true }, cancellationToken)
            .ConfigureAwait(false);
        return null;
    }

    private async Task<IReadOnlyList<RetainedTopic>> RetainedAsync(string pattern)
    {
        var topics = new MqttTopics();
        var retained = await _server.GetRetainedMessagesAsync().ConfigureAwait(false);
        return
        [
            .. retained
                .Where(message => topics.Matches(pattern, message.Topic))
                .OrderBy(message => message.Topic, StringComparer.Ordinal)
                .Select(message => new RetainedTopic(
                    message.Topic,
                    message.Payload.Length,
                    RetainedScan.Preview(message.Payload)
                )),
        ];
    }
}
