namespace TraceMQ.Transport.Nats.Server;

/// <summary>A message on its way through the server.</summary>
/// <param name="Subject">Where to.</param>
/// <param name="ReplyTo">Where a reply is to go; null: none is wanted.</param>
/// <param name="Headers">The header block as it came (ADR-4); empty: none.</param>
/// <param name="Payload">The payload.</param>
internal readonly record struct ServedMessage(
    string Subject,
    string? ReplyTo,
    ReadOnlyMemory<byte> Headers,
    ReadOnlyMemory<byte> Payload
);
