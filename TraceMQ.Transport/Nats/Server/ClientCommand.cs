namespace TraceMQ.Transport.Nats.Server;

/// <summary>What a client says (NATS client protocol).</summary>
internal abstract record ClientCommand
{
    private ClientCommand() { }

    internal sealed record Connect(ReadOnlyMemory<byte> Json) : ClientCommand;

    internal sealed record Ping : ClientCommand;

    internal sealed record Pong : ClientCommand;

    internal sealed record Subscribe(string Subject, string? Queue, string Id) : ClientCommand;

    /// <param name="Id">Which subscription.</param>
    /// <param name="Maximum">After as many messages in all; null: now.</param>
    internal sealed record Unsubscribe(string Id, long? Maximum) : ClientCommand;

    internal sealed record Publish(ServedMessage Message) : ClientCommand;
}
