using TraceMQ.Tui.Messages;

namespace TraceMQ.Tui.Core;

/// <summary>The message structures at one moment, safe to read from any thread.</summary>
/// <param name="View">All kept messages.</param>
/// <param name="Rows">The messages that the scope selects; the view itself where it selects all.</param>
/// <param name="Counters">Over all connections.</param>
/// <param name="Version">Counts up with each change.</param>
internal sealed record StoreSnapshot(LogView View, IMessageRows Rows, LogCounters Counters, long Version);
