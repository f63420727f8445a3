namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>What is in a partition at a moment.</summary>
/// <param name="BeginSequence">The number of the oldest event; that of the next where it is empty.</param>
/// <param name="LastSequence">The number of the newest event ever; -1 before the first.</param>
/// <param name="LastOffset">The offset of the newest event ever; -1 before the first.</param>
/// <param name="LastTime">When it came; 1970 before the first.</param>
/// <param name="Count">How many events it holds.</param>
/// <param name="Bytes">How many bytes they cost.</param>
/// <param name="Expired">How many have gone by the limits.</param>
internal readonly record struct PartitionState(
    long BeginSequence,
    long LastSequence,
    long LastOffset,
    DateTimeOffset LastTime,
    int Count,
    long Bytes,
    long Expired
);
