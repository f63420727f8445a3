using Amqp.Framing;
using TraceMQ.Transport.EventHubs.Server.Protocol;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>
/// Takes in what clients send: puts it into partitions and into the list, in one order. It waits for the list; a client that would wait too long
/// is told that we are busy.
/// </summary>
internal sealed class HubIntake : IDisposable
{
    private readonly LocalHub _hub;
    private readonly SessionContext _context;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private int _nextPartition;

    public HubIntake(LocalHub hub, SessionContext context)
    {
        _hub = hub;
        _context = context;
    }

    /// <summary>Takes a message, which may be a batch of events.</summary>
    /// <returns>What the client is told.</returns>
    public async Task<DeliveryState> TakeAsync(
        ProducerLink producer,
        Delivery delivery,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<EventDraft> drafts;
        string? key;
        try
        {
            var isBatch = delivery.Format == HubVocabulary.BatchFormat;
            drafts = EventDraft.Read(delivery.Message, isBatch);
            key = isBatch ? EventDraft.KeyOf(delivery.Message) : null;
        }
        catch (AmqpViolationException problem)
        {
            producer.Session.Client.Refused(producer.Path, problem.ToError());
            return new Rejected { Error = problem.ToError() };
        }

        if (!await TurnAsync(cancellationToken).ConfigureAwait(false))
            return new Rejected
            {
                Error = new Error(HubVocabulary.ServerBusy)
                {
                    Description = "The server is busy: what came before is not taken over yet. Try again in a while.",
                },
            };
        try
        {
            await PutAsync(producer, drafts, key, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }

        return new Accepted();
    }

    /// <summary>Puts an event of our own into a partition.</summary>
    /// <param name="draft">The event.</param>
    /// <param name="partition">Where; null: its key, or the hub, chooses.</param>
    public (HubPartition Partition, StoredEvent Stored) Put(EventDraft draft, HubPartition? partition)
    {
        partition ??= Choose(draft.Key);
        return (partition, partition.Append(draft, draft.Key, _context.Time.GetUtcNow()));
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Waits for the turn; false where it took too long.</summary>
    private async ValueTask<bool> TurnAsync(CancellationToken cancellationToken)
    {
        if (await _turn.WaitAsync(0, cancellationToken).ConfigureAwait(false))
            return true;
        using var timeout = new CancellationTokenSource(_hub.Limits.Busy, _context.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _turn.WaitAsync(both.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task PutAsync(
        ProducerLink producer,
        IReadOnlyList<EventDraft> drafts,
        string? key,
        CancellationToken cancellationToken
    )
    {
        // A batch stays together, whatever its events say.
        var partition = producer.Partition ?? Choose(key ?? drafts[0].Key);
        var client = producer.Session.Client;
        foreach (var draft in drafts)
        {
            var now = _context.Time.GetUtcNow();
            var stored = partition.Append(draft, draft.Key ?? key, now);
            client.EventsIn++;
            var message = HubMessages.Of(stored, partition.Id, now, client.Address);
            await _context.Inbox.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
    }

    private HubPartition Choose(string? key) =>
        _hub.Partitions[
            key is not null
                ? PartitionHash.IndexOf(key, _hub.Partitions.Count)
                : (int)((uint)Interlocked.Increment(ref _nextPartition) % (uint)_hub.Partitions.Count)
        ];
}
