namespace TraceMQ.Transport.Wire;

/// <summary>A session whose packets can be looked at. It records only while somebody reads, is bounded, and redacts secrets.</summary>
public interface IWireLog
{
    /// <summary>Packets from now on, until cancelled or the session ends. A slow reader misses the oldest and sees a record that says how many.</summary>
    IAsyncEnumerable<WireRecord> ReadAsync(ExchangeId? only, CancellationToken cancellationToken);
}
