using System.Collections.Concurrent;
using System.Globalization;
using Amqp;
using Amqp.Framing;
using AmqpMessage = Amqp.Message;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>Asks a node of the hub, <c>$cbs</c> or <c>$management</c>, and waits for the reply that belongs to each request.</summary>
internal sealed class NodeRequests
{
    private const int Credit = 32;

    private readonly AmqpConnection _connection;
    private readonly HubWay _way;
    private readonly string _node;
    private readonly TimeProvider _time;
    private readonly string _name = $"tracemq-{Guid.NewGuid():n}";
    private readonly ConcurrentDictionary<string, TaskCompletionSource<AmqpMessage>> _waiting = new(
        StringComparer.Ordinal
    );
    private SenderLink? _sender;
    private long _count;

    private NodeRequests(AmqpConnection connection, HubWay way, string node, TimeProvider time)
    {
        _connection = connection;
        _way = way;
        _node = node;
        _time = time;
    }

    /// <summary>Opens the way to a node.</summary>
    /// <exception cref="TransportException">There is none.</exception>
    public static async Task<NodeRequests> OpenAsync(
        AmqpConnection connection,
        HubWay way,
        string node,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await AttachAsync(new NodeRequests(connection, way, node, time), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (TransportException exception) when (exception.Kind == FailureKind.TimedOut)
        {
            // Some brokers say nothing where others refuse.
            throw HubFailures.SilentNode(way, node, AmqpConnection.Patience, exception);
        }
    }

    private static async Task<NodeRequests> AttachAsync(NodeRequests requests, CancellationToken cancellationToken)
    {
        var (connection, way, node, time) = (requests._connection, requests._way, requests._node, requests._time);
        var (receiver, _) = await connection
            .AttachAsync(
                (session, attached) =>
                    new ReceiverLink(
                        session,
                        $"{requests._name}-replies",
                        new Attach
                        {
                            Source = new Source { Address = node },
                            Target = new Target { Address = requests._name },
                            SndSettleMode = SenderSettleMode.Settled,
                        },
                        attached
                    ),
                error => HubFailures.NoNode(way, node, error),
                time,
                cancellationToken
            )
            .ConfigureAwait(false);
        receiver.Start(Credit, requests.OnReply);
        (requests._sender, _) = await connection
            .AttachAsync(
                (session, attached) =>
                    new SenderLink(
                        session,
                        $"{requests._name}-requests",
                        new Attach
                        {
                            Target = new Target { Address = node },
                            Source = new Source { Address = requests._name },
                        },
                        attached
                    ),
                error => HubFailures.NoNode(way, node, error),
                time,
                cancellationToken
            )
            .ConfigureAwait(false);
        receiver.AddClosedCallback((_, error) => requests.Fail(error));
        requests._sender.AddClosedCallback((_, error) => requests.Fail(error));
        return requests;
    }

    /// <summary>Asks.</summary>
    /// <param name="body">The value of the body.</param>
    /// <param name="properties">What is asked.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="TransportException">No answer came.</exception>
    public async Task<NodeReply> AskAsync(
        object body,
        ApplicationProperties properties,
        CancellationToken cancellationToken
    )
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"{_name}-{Interlocked.Increment(ref _count)}");
        var reply = new TaskCompletionSource<AmqpMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = reply;
        try
        {
            Send(
                new AmqpMessage
                {
                    Properties = new Properties { MessageId = id, ReplyTo = _name },
                    ApplicationProperties = properties,
                    BodySection = new AmqpValue { Value = body },
                },
                reply
            );
            return Read(
                await reply.Task.WaitAsync(AmqpConnection.Patience, _time, cancellationToken).ConfigureAwait(false)
            );
        }
        catch (TimeoutException exception)
        {
            throw HubFailures.SilentNode(_way, _node, AmqpConnection.Patience, exception);
        }
        finally
        {
            _waiting.TryRemove(id, out _);
        }
    }

    private void Send(AmqpMessage request, TaskCompletionSource<AmqpMessage> reply)
    {
        try
        {
            _sender!.Send(
                request,
                (_, _, outcome, _) =>
                {
                    if (outcome is Rejected rejected)
                        reply.TrySetException(FailureOf(rejected.Error));
                },
                state: null
            );
        }
        catch (AmqpException exception)
        {
            reply.TrySetException(FailureOf(exception.Error));
        }
    }

    private void OnReply(IReceiverLink link, AmqpMessage message)
    {
        if (!link.IsClosed)
            link.Accept(message);
        if (message.Properties?.GetCorrelationId() is string id && _waiting.TryGetValue(id, out var reply))
            reply.TrySetResult(message);
    }

    private void Fail(Error? error)
    {
        foreach (var reply in _waiting.Values)
            reply.TrySetException(FailureOf(error));
    }

    private TransportException FailureOf(Error? error) =>
        _connection.IsOver ? _connection.LossOf(error)
        : error is null
            ? new TransportException(FailureKind.Lost, $"{_way.Endpoint.Address} closed the link to {_node}.")
        : HubFailures.OfError(error, $"{_way.Endpoint.Address} closed the link to {_node}", _way, inner: null);

    private static NodeReply Read(AmqpMessage message)
    {
        var properties = message.ApplicationProperties?.Map;
        var status = (properties?["status-code"] ?? properties?["statusCode"]) switch
        {
            int number => number,
            long number when number is > 0 and < 1000 => (int)number,
            uint number when number < 1000 => (int)number,
            short number => number,
            ushort number => number,
            byte number => number,
            _ => 0,
        };
        return new NodeReply(
            status,
            (properties?["status-description"] ?? properties?["statusDescription"]) as string ?? "",
            (properties?["error-condition"] ?? properties?["errorCondition"])?.ToString(),
            (message.BodySection as AmqpValue)?.Value
        );
    }
}
