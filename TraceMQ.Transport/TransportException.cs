namespace TraceMQ.Transport;

/// <summary>A protocol's failure. Its message is one sentence for the user: what happened and what to do. It never holds a secret.</summary>
public sealed class TransportException : Exception
{
    /// <param name="kind">Why it failed.</param>
    /// <param name="message">One sentence for the user.</param>
    /// <param name="innerException">The library's exception, for the log.</param>
    public TransportException(FailureKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>Why it failed.</summary>
    public FailureKind Kind { get; }

    /// <summary>True where trying again without a change is useless or harmful: wrong credentials, a stolen client id, a profile that cannot work.</summary>
    public bool IsFinal =>
        Kind
            is FailureKind.Credentials
                or FailureKind.Permission
                or FailureKind.TakenOver
                or FailureKind.NotThisProtocol
                or FailureKind.Configuration;
}
