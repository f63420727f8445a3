using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Sockets.Framing;

namespace TraceMQ.Transport.Sockets;

/// <summary>A message to send, checked: whatever is wrong with it is said before anything goes out.</summary>
/// <param name="Payload">What stands in the list.</param>
/// <param name="Bytes">What goes out: with its ending, or with the number before it.</param>
/// <param name="HalfCloses">Nothing more follows.</param>
internal sealed record SocketOutgoing(ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Bytes, bool HalfCloses)
{
    /// <summary>Most bytes of a datagram over IPv4 (RFC 768: 65,535 with both headers).</summary>
    public const int MaximumDatagram = 65_507;

    /// <summary>For a stream.</summary>
    /// <exception cref="TransportException">It cannot be sent so.</exception>
    public static SocketOutgoing OfStream(OutgoingMessage message, StreamFraming framing)
    {
        var payload = PayloadOf(message);
        var ending = message.Options.Get(SocketSettings.Ending);
        var ended = ending == SocketSettings.Auto ? payload : Ended(payload, ending);
        var bytes = framing.IsByLines && ending != SocketSettings.Auto ? ended : framing.Wrap(ended);
        return new SocketOutgoing(payload, bytes, message.Options.Get(SocketSettings.HalfClose));
    }

    /// <summary>For a datagram.</summary>
    /// <exception cref="TransportException">It cannot be sent so.</exception>
    public static SocketOutgoing OfDatagram(OutgoingMessage message)
    {
        if (message.Options.Get(SocketSettings.HalfClose))
            throw new TransportException(
                FailureKind.Configuration,
                "UDP has no connection that could be half-closed: leave half_close out."
            );
        var payload = PayloadOf(message);
        var ending = message.Options.Get(SocketSettings.Ending);
        var bytes = ending == SocketSettings.Auto ? payload : Ended(payload, ending);
        CheckDatagram(bytes.Length);
        return new SocketOutgoing(payload, bytes, HalfCloses: false);
    }

    /// <summary>A datagram may not be longer than IP allows.</summary>
    /// <exception cref="TransportException">It is.</exception>
    public static void CheckDatagram(int length)
    {
        if (length > MaximumDatagram)
            throw new TransportException(
                FailureKind.Configuration,
                $"A datagram has {MaximumDatagram:N0} bytes at most, this one {length:N0}: send it in parts, or over TCP."
            );
    }

    private static ReadOnlyMemory<byte> PayloadOf(OutgoingMessage message) =>
        message.Headers.Count == 0
            ? PayloadEncoding.Decode(message)
            : throw new TransportException(
                FailureKind.Configuration,
                "The messages of a socket have no headers: leave them out."
            );

    private static ReadOnlyMemory<byte> Ended(ReadOnlyMemory<byte> payload, string ending)
    {
        var bytes = SocketSettings.BytesOf(ending);
        return bytes.IsEmpty ? payload : (byte[])[.. payload.Span, .. bytes.Span];
    }
}
