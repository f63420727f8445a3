namespace TraceMQ.Transport.Kafka;

/// <summary>Where a reader's thread gets records from.</summary>
internal interface IRecordSource : IDisposable
{
    /// <summary>Waits a moment for records, and hands on what there is.</summary>
    /// <returns>False where nothing more is to be read.</returns>
    bool Next(IConsumption consumption, CancellationToken cancellationToken);
}
