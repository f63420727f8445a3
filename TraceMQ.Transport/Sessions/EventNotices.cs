using System.Threading.Channels;

namespace TraceMQ.Transport.Sessions;

/// <summary>Puts a session's notices among its events, so that both keep one order.</summary>
internal sealed class EventNotices(ChannelWriter<SessionEvent> events) : ChannelWriter<Notice>
{
    /// <inheritdoc/>
    public override bool TryWrite(Notice item) => events.TryWrite(new SessionEvent.Noticed(item));

    /// <inheritdoc/>
    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) =>
        events.WaitToWriteAsync(cancellationToken);
}
