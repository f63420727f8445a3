using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport;

/// <summary>What a session gets from its surroundings. All sessions of one supervised connection get the same.</summary>
/// <param name="Inbox">Where received messages go.</param>
/// <param name="Notices">Where what is said later goes.</param>
/// <param name="Time">The clock and the timers.</param>
/// <param name="Log">For diagnosis; never payloads above Debug, never secrets.</param>
public sealed record SessionContext(Inbox Inbox, ChannelWriter<Notice> Notices, TimeProvider Time, ILogger Log)
{
    private long _exchanges;

    /// <summary>The packets of the connection, for whoever looks at them.</summary>
    public WireLog Wire { get; } = new();

    /// <summary>What a session leaves for the one that replaces it.</summary>
    public SessionMemory Memory { get; } = new();

    /// <summary>A number for a request and what belongs to it that no other of this connection has, or will have after a reconnect.</summary>
    public ExchangeId NextExchange() => new(Interlocked.Increment(ref _exchanges));
}
