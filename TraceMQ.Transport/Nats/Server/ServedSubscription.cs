namespace TraceMQ.Transport.Nats.Server;

/// <summary>Who gets messages of a subject: a client's subscription, or one of our own.</summary>
/// <param name="Id">The client's number for it.</param>
/// <param name="Subject">The subject, with wildcards.</param>
/// <param name="Queue">The queue group; null: none.</param>
internal abstract record ServedSubscription(string Id, string Subject, string? Queue)
{
    /// <summary>Whose it is; null where it is our own.</summary>
    public virtual ServedNatsClient? Client => null;

    /// <summary>Takes a message.</summary>
    public abstract void Take(in ServedMessage message);
}
