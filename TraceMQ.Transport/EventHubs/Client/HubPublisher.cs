using Amqp.Framing;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>Sends events, and lists them as sent.</summary>
internal sealed class HubPublisher
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly HubWay _way;
    private readonly HubLink _link;
    private readonly SessionContext _context;
    private readonly Dictionary<string, Task<HubSender>> _senders = new(StringComparer.Ordinal);
    private readonly Lock _listing = new();
    private bool _isOver;

    public HubPublisher(HubWay way, HubLink link, SessionContext context)
    {
        _way = way;
        _link = link;
        _context = context;
    }

    /// <summary>Lists nothing any more.</summary>
    public void End()
    {
        lock (_listing)
            _isOver = true;
    }

    /// <summary>Sends an event to the hub, or to the partition that is its topic.</summary>
    /// <exception cref="TransportException">It cannot be sent as it is, or the connection is over.</exception>
    public async Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var key = message.Options.Get(HubSettings.PartitionKey);
        if (key.Length > 0 && message.Topic.Length > 0)
            throw new TransportException(
                FailureKind.Configuration,
                "A partition key chooses the partition: leave the partition out, or the key."
            );
        if (message.Topic.Length > 0 && !_link.Hub.Partitions.Contains(message.Topic))
            throw new TransportException(
                FailureKind.Configuration,
                $"The hub {_link.Hub.Name} has no partition {message.Topic}; it has {string.Join(", ", _link.Hub.Partitions)}."
            );
        var started = _context.Time.GetTimestamp();
        var address = message.Topic.Length == 0 ? _way.Hub : $"{_way.Hub}/Partitions/{message.Topic}";
        var sender = await SenderAsync(address, cancellationToken).ConfigureAwait(false);
        var answer = await SendAsync(sender, message, key.Length > 0 ? key : null, cancellationToken)
            .ConfigureAwait(false);
        var elapsed = _context.Time.GetElapsedTime(started);
        if (answer.Outcome is not Accepted)
            return new PublishResult(IsAccepted: false, Refusal(answer.Outcome), elapsed);
        List(message, key);
        return new PublishResult(
            IsAccepted: true,
            answer.Together == 1 ? "accepted by the hub" : $"accepted by the hub, in a batch of {answer.Together}",
            elapsed
        );
    }

    private async Task<SendOutcome> SendAsync(
        HubSender sender,
        OutgoingMessage message,
        string? key,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await sender
                .SendAsync(EventOutgoing.ToAmqp(message), key)
                .WaitAsync(s_patience, _context.Time, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw HubFailures.NoAnswer(_way, "an event", s_patience, exception);
        }
    }

    private string Refusal(Outcome? outcome)
    {
        if (_link.Connection.IsOver)
            throw _link.Connection.LossOf((outcome as Rejected)?.Error);
        return outcome switch
        {
            Rejected { Error: { } error } => HubFailures
                .OfError(error, $"{_way.Namespace} refused the event", _way, inner: null)
                .Message.TrimEnd('.'),
            Rejected => "refused without a reason",
            _ => "given back by the hub: send it again",
        };
    }

    /// <summary>The link to an address; those who ask at once share it.</summary>
    private Task<HubSender> SenderAsync(string address, CancellationToken cancellationToken)
    {
        lock (_senders)
        {
            if (!_senders.TryGetValue(address, out var opening) || !IsUsable(opening))
                _senders[address] = opening = HubSender.OpenAsync(
                    _link.Connection,
                    _way,
                    address,
                    _context.Time,
                    CancellationToken.None
                );
            return opening.WaitAsync(cancellationToken);
        }
    }

    private static bool IsUsable(Task<HubSender> opening) =>
        !opening.IsCompleted || (opening.IsCompletedSuccessfully && !opening.Result.IsClosed);

    private void List(OutgoingMessage message, string key)
    {
        var details = new List<Detail>(4);
        if (message.Topic.Length > 0)
            details.Add(new Detail(EventFields.Partition, DetailValue.Of(message.Topic)));
        if (key.Length > 0)
            details.Add(new Detail(EventFields.Key, DetailValue.Of(key)));
        foreach (
            var (field, setting) in (ReadOnlySpan<(DetailField, Settings.Setting<string>)>)
                [
                    (EventFields.ContentType, HubSettings.ContentType),
                    (EventFields.MessageId, HubSettings.MessageId),
                    (EventFields.CorrelationId, HubSettings.CorrelationId),
                ]
        )
        {
            if (message.Options.Get(setting) is { Length: > 0 } value)
                details.Add(new Detail(field, DetailValue.Of(value)));
        }

        var sent = new Message
        {
            Time = _context.Time.GetUtcNow(),
            Direction = Direction.Out,
            Topic = message.Topic,
            Payload = message.Payload,
            Headers = message.Headers,
            Details = new MessageDetails([.. details]),
        };
        lock (_listing)
        {
            if (!_isOver)
                _context.Inbox.TryPost(sent);
        }
    }
}
