namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>How much a partition keeps; whichever limit is reached first lets the oldest go.</summary>
/// <param name="Age">The oldest that an event gets.</param>
/// <param name="Count">Most events.</param>
/// <param name="Bytes">Most bytes, with <see cref="StoredEvent.Overhead"/> for each event; a single larger one is not kept.</param>
internal sealed record Retention(TimeSpan Age, long Count, long Bytes);
