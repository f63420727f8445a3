using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.Coap.Links;

/// <summary>Messages of a WebSocket, each in a binary one of its own (RFC 8323, section 4.2).</summary>
internal sealed class WebSocketMessages : IMessageStream
{
    private readonly WebSocketConnection _connection;

    /// <param name="connection">Owned.</param>
    public WebSocketMessages(WebSocketConnection connection) => _connection = connection;

    public async ValueTask<FramedMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await _connection.ReceiveAsync(cancellationToken).ConfigureAwait(false) is not { } message)
            return null;
        if (message.Opcode != Opcode.Binary)
            throw TcpMessages.Bad("a text message");
        return StreamCodec.ReadFramed(message.Payload, out var problem) is { } read
            ? new FramedMessage(read, message.Payload)
            : throw TcpMessages.Bad(problem);
    }

    public byte[] Encode(CoapMessage message) => StreamCodec.Write(message, isFramed: true);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _connection.SendAsync(Opcode.Binary, bytes, cancellationToken);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
