namespace TraceMQ.Transport.Sockets.Framing;

/// <summary>What a peer sent does not fit the framing. Becomes a sentence to the user; never leaves the protocol's folder.</summary>
internal sealed class FramingException : Exception
{
    /// <param name="message">What is wrong, as half a sentence about the peer, and what to do: <c>sent a line of more than 1MB: raise socket.max_frame</c>.</param>
    public FramingException(string message)
        : base(message) { }
}
