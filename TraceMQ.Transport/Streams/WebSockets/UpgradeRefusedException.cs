namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>What was said when an upgrade was refused: the inner exception of the <see cref="TransportException"/> that says it to the user.</summary>
internal sealed class UpgradeRefusedException : Exception
{
    /// <param name="message">For the log.</param>
    /// <param name="status">The HTTP status; 0 where none was sent.</param>
    /// <param name="innerException">What the connection failed with, where it did.</param>
    public UpgradeRefusedException(string message, int status, Exception? innerException = null)
        : base(message, innerException) => Status = status;

    /// <summary>The HTTP status; 0 where none was sent.</summary>
    public int Status { get; }

    /// <summary>Where the server sends us, as it wrote it, relative or not; null where it does not. Untrusted, and may hold credentials.</summary>
    public string? Location { get; init; }

    /// <summary>The client's head as text, without credentials.</summary>
    public string Request { get; init; } = "";

    /// <summary>The server's head as text, without credentials; empty where there was none.</summary>
    public string Response { get; init; } = "";
}
