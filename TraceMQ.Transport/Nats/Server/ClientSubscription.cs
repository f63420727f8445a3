namespace TraceMQ.Transport.Nats.Server;

/// <summary>A subscription of a client.</summary>
internal sealed record ClientSubscription(ServedNatsClient Owner, string Id, string Subject, string? Queue)
    : ServedSubscription(Id, Subject, Queue)
{
    private long _taken;
    private long _maximum = long.MaxValue;

    public override ServedNatsClient Client => Owner;

    /// <summary>Called once it has got all that it wanted.</summary>
    public Action<ClientSubscription> Ended { get; init; } = _ => { };

    /// <summary>Ends it after as many messages in all.</summary>
    /// <returns>True where it has got them already.</returns>
    public bool EndAfter(long maximum)
    {
        Interlocked.Exchange(ref _maximum, maximum);
        return Interlocked.Read(ref _taken) >= maximum;
    }

    public override void Take(in ServedMessage message)
    {
        var count = Interlocked.Increment(ref _taken);
        var maximum = Interlocked.Read(ref _maximum);
        if (count > maximum)
            return;
        // A client that knows no headers gets the payload alone.
        Owner.Outbox.Add(Owner.Options.HasHeaders ? message : message with { Headers = default }, Id);
        Owner.CountOut(message.Payload.Length);
        if (count == maximum)
            Ended(this);
    }

    public bool Equals(ClientSubscription? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
}
