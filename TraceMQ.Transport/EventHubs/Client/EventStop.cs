namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>Where the reading of a partition ends; the event at the place is read too. What is null does not end it.</summary>
/// <param name="Sequence">A sequence number.</param>
/// <param name="Offset">An offset.</param>
/// <param name="Time">When it was taken in.</param>
internal sealed record EventStop(long? Sequence, long? Offset, DateTimeOffset? Time)
{
    /// <summary>True where an event lies behind the end.</summary>
    public bool IsBefore(EventPlace place) => place.Sequence > Sequence || place.Offset > Offset || place.Time > Time;

    /// <summary>True where nothing can follow that is still to be read.</summary>
    public bool IsAt(EventPlace place) => place.Sequence >= Sequence || place.Offset >= Offset;
}

/// <summary>Where an event is in its partition; null is what it does not say.</summary>
/// <param name="Sequence">Its sequence number.</param>
/// <param name="Offset">Its offset, where that is a number.</param>
/// <param name="Time">When it was taken in.</param>
internal readonly record struct EventPlace(long? Sequence, long? Offset, DateTimeOffset? Time);
