using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Links;

/// <summary>A message of a stream with its bytes.</summary>
internal readonly record struct FramedMessage(CoapMessage Message, ReadOnlyMemory<byte> Bytes);

/// <summary>Whole messages in a stream, or in a WebSocket.</summary>
internal interface IMessageStream : IAsyncDisposable
{
    /// <summary>The next message; null at the end.</summary>
    /// <exception cref="TransportException">What came is no message, or too large a one, or the connection was lost.</exception>
    ValueTask<FramedMessage?> ReadAsync(CancellationToken cancellationToken);

    /// <summary>The message as this stream writes it.</summary>
    byte[] Encode(CoapMessage message);

    /// <summary>Writes what was encoded.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);
}
