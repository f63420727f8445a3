namespace TraceMQ.Tui.Core;

/// <summary>What an inbox has counted.</summary>
/// <param name="Received">Messages that came, the dropped ones included.</param>
/// <param name="Dropped">Messages dropped because the loop did not take them in time.</param>
internal readonly record struct SourceCounters(long Received, long Dropped);
