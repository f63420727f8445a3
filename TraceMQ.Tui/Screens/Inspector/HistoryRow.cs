namespace TraceMQ.Tui.Screens.Inspector;

/// <summary>A message of the same topic.</summary>
/// <param name="Id">Which.</param>
/// <param name="Time">When it came.</param>
/// <param name="Size">Bytes of its payload.</param>
/// <param name="Beginning">The first bytes of its payload; untrusted.</param>
internal sealed record HistoryRow(long Id, DateTimeOffset Time, long Size, byte[] Beginning);
