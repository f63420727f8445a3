using System.Threading.Channels;

namespace TraceMQ.Transport.Sessions;

/// <summary>Puts a session's notices among its events, so that both keep one order.</summary>
/// <param name="events">Where they go.</param>
/// <param name="forget">Hears of a subscription that is over by itself.</param>
internal sealed class EventNotices(ChannelWriter<SessionEvent> events, Action<string> forget) : ChannelWriter<Notice>
{
    /// <inheritdoc/>
    public override bool TryWrite(Notice item)
    {
        if (item is { EndsSubscription: true, Topic: { } topic })
            forget(topic);
        return events.TryWrite(new SessionEvent.Noticed(item));
    }

    /// <inheritdoc/>
    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) =>
        events.WaitToWriteAsync(cancellationToken);
}
