using System.Globalization;
using System.Threading.Channels;
using Amqp;
using Amqp.Framing;
using Amqp.Types;
using AmqpMessage = Amqp.Message;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>Reads one partition and puts its events into the inbox, where they wait for room: a log is pulled, and never loses what is slow to be taken.</summary>
internal sealed class PartitionReader : IAsyncDisposable
{
    private readonly ReadingOptions _options;
    private readonly AmqpConnection _connection;
    private readonly SessionContext _context;
    private readonly IReadingProgress _progress;

    // As many wait here as the link has credit for, and as many bytes as the connection's budget lets in.
    private readonly Channel<Arrival> _arrived = Channel.CreateUnbounded<Arrival>(
        new UnboundedChannelOptions { SingleReader = true }
    );
    private readonly CancellationTokenSource _stop = new();
    private ReceiverLink? _link;
    private Task _reading = Task.CompletedTask;
    private volatile PartitionPlan _plan;
    private int _isDisposed;

    /// <param name="plan">What to read.</param>
    /// <param name="options">How.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="context">Where events go.</param>
    /// <param name="progress">Hears how far it has come.</param>
    public PartitionReader(
        PartitionPlan plan,
        ReadingOptions options,
        AmqpConnection connection,
        SessionContext context,
        IReadingProgress progress
    )
    {
        _plan = plan;
        _options = options;
        _connection = connection;
        _context = context;
        _progress = progress;
    }

    /// <summary>How far it has come; the last word once it is disposed.</summary>
    public PartitionPlan Plan => _plan;

    /// <summary>Attaches; nothing is read yet.</summary>
    /// <exception cref="TransportException">The hub refused.</exception>
    public async Task AttachAsync(CancellationToken cancellationToken)
    {
        if (_plan.IsOver)
            return;
        (_link, _) = await _connection
            .AttachAsync(
                (session, attached) => new ReceiverLink(session, $"tracemq-{Guid.NewGuid():n}", Ask(), attached),
                FailureOf,
                _context.Time,
                cancellationToken
            )
            .ConfigureAwait(false);
    }

    /// <summary>Begins to read.</summary>
    public void Start()
    {
        if (_link is not { } link)
            return;
        link.AddClosedCallback((_, error) => OnClosed(error));
        _reading = Task.Run(ReadAsync);
        link.Start(_options.Credit, OnMessage);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        _arrived.Writer.TryComplete();
        await _reading.ConfigureAwait(false);
        while (_arrived.Reader.TryRead(out var rest))
            _connection.Budget.Remove(rest.Size);
        Close();
        _stop.Dispose();
    }

    private Attach Ask()
    {
        var attach = new Attach
        {
            Source = new Source
            {
                Address = _options.AddressOf(_plan.Partition),
                FilterSet = new Map
                {
                    [new Symbol(HubVocabulary.SelectorFilter)] = new DescribedValue(
                        HubVocabulary.SelectorDescriptor,
                        _plan.Next
                    ),
                },
            },
            Target = new Target { Address = "tracemq" },
            SndSettleMode = SenderSettleMode.Settled,
            RcvSettleMode = ReceiverSettleMode.First,
            Properties = new Fields { [new Symbol(HubVocabulary.ReceiverName)] = _options.ReaderName },
        };
        if (_options.OwnerLevel is { } level)
            attach.Properties[new Symbol(HubVocabulary.Epoch)] = level;
        return attach;
    }

    private void OnMessage(IReceiverLink link, AmqpMessage message)
    {
        var size = message.GetEstimatedMessageSize();
        _connection.Budget.Add(size);
        if (!_arrived.Writer.TryWrite(new Arrival(message, size)))
            _connection.Budget.Remove(size);
    }

    private void OnClosed(Error? error)
    {
        _arrived.Writer.TryComplete();
        if (Volatile.Read(ref _isDisposed) == 0 && !_plan.IsOver && !_connection.IsOver)
            _progress.Fail(FailureOf(error ?? _link?.Error));
    }

    private TransportException FailureOf(Error? error) =>
        HubFailures.OfReading(_options.Way, _options.ConsumerGroup, _plan.Partition, error);

    private async Task ReadAsync()
    {
        try
        {
            while (await _arrived.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
            {
                while (!_plan.IsOver && _arrived.Reader.TryRead(out var arrival))
                {
                    try
                    {
                        await TakeAsync(arrival.Message).ConfigureAwait(false);
                    }
                    finally
                    {
                        _connection.Budget.Remove(arrival.Size);
                    }
                }

                if (_plan.IsOver)
                    break;
            }

            if (_plan.IsOver)
                Close();
        }
        catch (OperationCanceledException)
        {
            // The end of the subscription.
        }
        catch (Exception exception) when (!_stop.IsCancellationRequested)
        {
            // A message that we cannot show ends the session with a reason instead of an event that is missing.
            _progress.Fail(
                exception as TransportException
                    ?? new TransportException(
                        FailureKind.Lost,
                        $"An event of partition {_plan.Partition} could not be read ({exception.Message}): report it.",
                        exception
                    )
            );
        }
    }

    private async ValueTask TakeAsync(AmqpMessage message)
    {
        var plan = _plan;
        var place = EventMessages.PlaceOf(message);
        // What a hub sends again was delivered already.
        if (place.Sequence <= plan.Last)
        {
            Restore(message);
            return;
        }

        if (plan.Stop?.IsBefore(place) == true)
        {
            await AdvanceAsync(plan with { HasHistory = true, IsOver = true }).ConfigureAwait(false);
            return;
        }

        if (_options.Key is null || EventMessages.KeyOf(message) == _options.Key)
        {
            var shown = EventMessages.Of(
                message,
                place,
                plan.Partition,
                _context.Time.GetUtcNow(),
                isReplayed: place.Sequence <= plan.Stored
            );
            _ = await _context.Inbox.WriteAsync(shown, _stop.Token).ConfigureAwait(false);
        }

        Restore(message);
        var next = plan with
        {
            Last = place.Sequence ?? plan.Last,
            HasHistory = plan.HasHistory || place.Sequence >= plan.Stored,
        };
        if (plan.Stop?.IsAt(place) == true)
            next = next with { HasHistory = true, IsOver = true };
        if (next.HasHistory != plan.HasHistory || next.IsOver)
            await AdvanceAsync(next).ConfigureAwait(false);
        else
            _plan = next;
    }

    /// <summary>Takes over a plan whose history, or whose all, has come.</summary>
    private ValueTask AdvanceAsync(PartitionPlan next)
    {
        var before = _plan;
        _plan = next;
        return _progress.OnProgressAsync(
            hasHistory: next.HasHistory && !before.HasHistory,
            isOver: next.IsOver && !before.IsOver,
            _stop.Token
        );
    }

    /// <summary>Gives the hub credit for one more. The events come settled, so this says nothing about them.</summary>
    private void Restore(AmqpMessage message)
    {
        try
        {
            if (_link is { IsClosed: false } link)
                link.Accept(message);
        }
        catch (AmqpException)
        {
            // The link was closed this moment, which its own callback tells.
        }
    }

    private void Close()
    {
        try
        {
            _link?.Close(TimeSpan.Zero);
        }
        catch (AmqpException)
        {
            // It is closed already.
        }
    }

    private readonly record struct Arrival(AmqpMessage Message, int Size);
}
