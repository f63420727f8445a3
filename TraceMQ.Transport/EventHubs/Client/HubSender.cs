using Amqp;
using Amqp.Framing;
using Amqp.Types;
using AmqpMessage = Amqp.Message;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>
/// Sends events to the hub or to one partition. What is asked for while an answer is waited for goes out together as a batch (message format
/// 0x80013700), as Event Hubs counts and stores them fastest; events of one batch have one partition key.
/// </summary>
internal sealed class HubSender
{
    private const int MostInBatch = 1_000;
    private const int MostOverhead = 512;

    private readonly SenderLink _link;
    private readonly ulong _maximum;
    private readonly string _address;
    private readonly Lock _lock = new();
    private readonly Queue<Pending> _waiting = new();
    private bool _isSending;

    private HubSender(SenderLink link, ulong maximum, string address)
    {
        _link = link;
        _maximum = maximum == 0 ? HubVocabulary.MaximumMessage : maximum;
        _address = address;
    }

    /// <summary>True where it cannot send any more.</summary>
    public bool IsClosed => _link.IsClosed;

    /// <summary>The largest message that the hub takes.</summary>
    public ulong Maximum => _maximum;

    /// <summary>Attaches.</summary>
    /// <exception cref="TransportException">The hub refused.</exception>
    public static async Task<HubSender> OpenAsync(
        AmqpConnection connection,
        HubWay way,
        string address,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var (link, answer) = await connection
            .AttachAsync(
                (session, attached) =>
                    new SenderLink(
                        session,
                        $"tracemq-{Guid.NewGuid():n}",
                        new Attach
                        {
                            Target = new Target { Address = address },
                            Source = new Source { Address = "tracemq" },
                        },
                        attached
                    ),
                error => HubFailures.OfSending(way, address, error),
                time,
                cancellationToken
            )
            .ConfigureAwait(false);
        return new HubSender(link, answer.MaxMessageSize, address);
    }

    /// <summary>Sends an event.</summary>
    /// <param name="message">It.</param>
    /// <param name="key">Its partition key; null: none.</param>
    /// <returns>What the hub answered, and how many events went with it.</returns>
    public Task<SendOutcome> SendAsync(AmqpMessage message, string? key)
    {
        var encoded = message.Encode();
        if ((ulong)encoded.Length > _maximum)
            throw new TransportException(
                FailureKind.Configuration,
                $"The event has {encoded.Length} bytes with its properties, and the hub takes at most {_maximum}: send less."
            );
        var pending = new Pending(
            message,
            encoded,
            key,
            new TaskCompletionSource<SendOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        lock (_lock)
        {
            _waiting.Enqueue(pending);
            if (_isSending)
                return pending.Done.Task;
            _isSending = true;
        }

        SendNext();
        return pending.Done.Task;
    }

    private void SendNext()
    {
        List<Pending> batch;
        lock (_lock)
        {
            batch = TakeBatch();
            _isSending = batch.Count > 0;
        }

        if (batch.Count == 0)
            return;
        try
        {
            _link.Send(
                batch.Count == 1 ? batch[0].Message : Together(batch),
                (_, _, outcome, _) => Finish(batch, outcome),
                state: null
            );
        }
        catch (AmqpException exception)
        {
            Finish(batch, new Rejected { Error = exception.Error });
        }
    }

    private void Finish(List<Pending> batch, Outcome? outcome)
    {
        var answer = new SendOutcome(outcome, batch.Count);
        foreach (var pending in batch)
            pending.Done.TrySetResult(answer);
        // Away from the library's thread, which may be inside its own locks here.
        ThreadPool.UnsafeQueueUserWorkItem(static sender => sender.SendNext(), this, preferLocal: false);
    }

    private List<Pending> TakeBatch()
    {
        var batch = new List<Pending>();
        long size = MostOverhead;
        while (batch.Count < MostInBatch && _waiting.TryPeek(out var next))
        {
            size += next.Encoded.Length + 16;
            if (batch.Count > 0 && (next.Key != batch[0].Key || (ulong)size > _maximum))
                break;
            batch.Add(_waiting.Dequeue());
        }

        return batch;
    }

    private static AmqpMessage Together(List<Pending> batch)
    {
        var sections = new DataList();
        foreach (var pending in batch)
            sections.Add(
                new Data
                {
                    Binary = pending.Encoded.Buffer.AsSpan(pending.Encoded.Offset, pending.Encoded.Length).ToArray(),
                }
            );
        var message = new AmqpMessage { BodySection = sections, Format = HubVocabulary.BatchFormat };
        if (batch[0].Key is { } key)
        {
            message.MessageAnnotations = new MessageAnnotations();
            message.MessageAnnotations[new Symbol(HubVocabulary.PartitionKey)] = key;
        }

        return message;
    }

    public override string ToString() => _address;

    private sealed record Pending(
        AmqpMessage Message,
        ByteBuffer Encoded,
        string? Key,
        TaskCompletionSource<SendOutcome> Done
    );
}

/// <summary>What a hub answered to an event.</summary>
/// <param name="Outcome">The outcome; null where it gave none.</param>
/// <param name="Together">How many events had this answer.</param>
internal sealed record SendOutcome(Outcome? Outcome, int Together);
