using System.Runtime.CompilerServices;
using MQTTnet;
using MQTTnet.Protocol;
using TraceMQ.Transport.Browsing;

namespace TraceMQ.Transport.Mqtt;

/// <summary>What a broker has to look through: its card, and its retained messages.</summary>
internal sealed class MqttBrowser : IBrowsable
{
    private const string VersionTopic = "$SYS/broker/version";
    private static readonly NodePath s_serverPath = new("server");

    private readonly MqttLink _link;
    private readonly TimeProvider _time;
    private readonly Func<MqttApplicationMessage, CancellationToken, Task<MqttClientPublishResult>> _send;

    /// <param name="link">The connection that is looked through.</param>
    /// <param name="send">Publishes on it and lists as sent; fails with a <see cref="TransportException"/>.</param>
    /// <param name="time">The clock.</param>
    public MqttBrowser(
        MqttLink link,
        Func<MqttApplicationMessage, CancellationToken, Task<MqttClientPublishResult>> send,
        TimeProvider time
    )
    {
        _link = link;
        _send = send;
        _time = time;
    }

    public IAsyncEnumerable<Node> ListAsync(NodePath? parent, CancellationToken cancellationToken) =>
        parent is null ? ListRootsAsync(cancellationToken)
        : parent == RetainedNodes.RootPath ? ListRetainedAsync(cancellationToken)
        : AsyncEnumerable.Empty<Node>();

    public async Task<ActionPlan> PlanAsync(NodePath node, ActionCall call, CancellationToken cancellationToken)
    {
        var pattern = RetainedNodes.PatternOf(node, call);
        var items = await RetainedScan.RunAsync(_link, pattern, _time, cancellationToken).ConfigureAwait(false);
        return RetainedNodes.Plan(node, call, items);
    }

    public Task<ActionResult> RunAsync(ActionPlan plan, CancellationToken cancellationToken) =>
        RetainedNodes.ClearAsync(plan, ClearAsync, cancellationToken);

    private async Task<string?> ClearAsync(string topic, CancellationToken cancellationToken)
    {
        var empty = new MqttApplicationMessage
        {
            Topic = topic,
            Retain = true,
            QualityOfServiceLevel = (MqttQualityOfServiceLevel)Math.Min(1, MqttLimits.Of(_link).MaximumQos),
        };
        var result = await _send(empty, cancellationToken).ConfigureAwait(false);
        return result.IsSuccess ? null : MqttReasons.PubAck((int)result.ReasonCode);
    }

    private async IAsyncEnumerable<Node> ListRootsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return ServerCard([]);
        yield return RetainedNodes.Root;
        if (await FindVersionAsync(cancellationToken).ConfigureAwait(false) is { } version)
            yield return ServerCard([new Fact("version", version)]);
    }

    private async IAsyncEnumerable<Node> ListRetainedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var item in await RetainedScan.RunAsync(_link, "#", _time, cancellationToken).ConfigureAwait(false))
            yield return RetainedNodes.Of(item);
    }

    private async Task<string?> FindVersionAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await RetainedScan
                .RunAsync(_link, VersionTopic, _time, cancellationToken)
                .ConfigureAwait(false);
            return found.Count > 0 ? found[0].Preview : null;
        }
        catch (TransportException)
        {
            // Few brokers publish it, and many users may not read it: a card without it is complete.
            return null;
        }
    }

    private Node ServerCard(IEnumerable<Fact> more) =>
        new(
            s_serverPath,
            "server",
            _link.Endpoint.Address,
            HasChildren: false,
            [.. more, .. MqttServerFacts.OfConnection(_link, _time.GetUtcNow()), .. MqttServerFacts.OfServer(_link)],
            []
        );
}
