using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace TraceMQ.Transport;

/// <summary>What a session gets from its surroundings. All sessions of one supervised connection get the same.</summary>
/// <param name="Inbox">Where received messages go.</param>
/// <param name="Notices">Where what is said later goes.</param>
/// <param name="Time">The clock and the timers.</param>
/// <param name="Log">For diagnosis; never payloads above Debug, never secrets.</param>
public sealed record SessionContext(Inbox Inbox, ChannelWriter<Notice> Notices, TimeProvider Time, ILogger Log)
{
    /// <summary>What a session leaves for the one that replaces it.</summary>
    public SessionMemory Memory { get; } = new();
}
