using System.Runtime.InteropServices;
using Amqp;
using Amqp.Framing;
using Amqp.Types;
using AmqpMessage = Amqp.Message;

namespace TraceMQ.Transport.EventHubs.Server.Protocol;

/// <summary>Makes the library's objects of a client's bytes, after <see cref="AmqpShape"/> has looked at them.</summary>
internal static class AmqpCodec
{
    // The library learns its types when the first of them is made.
    static AmqpCodec() => _ = new Open();

    /// <summary>The value that the bytes begin with.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="length">How many of them it takes.</param>
    /// <exception cref="AmqpViolationException">It is none, or not what its descriptor says.</exception>
    public static object? Read(ReadOnlyMemory<byte> bytes, out int length)
    {
        length = AmqpShape.Measure(bytes.Span);
        return Guarded(bytes[..length], Encoder.ReadObject);
    }

    /// <summary>A whole message.</summary>
    /// <exception cref="AmqpViolationException">It is none.</exception>
    public static AmqpMessage ReadMessage(ReadOnlyMemory<byte> bytes)
    {
        for (var rest = bytes.Span; !rest.IsEmpty; )
            rest = rest[AmqpShape.Measure(rest)..];
        return Guarded(bytes, AmqpMessage.Decode);
    }

    /// <summary>What a performative says, on one line; its name alone where it says what it may not.</summary>
    public static string TextOf(Described performative)
    {
        try
        {
            return performative.ToString() ?? "";
        }
        catch (Exception exception) when (IsMisled(exception))
        {
            return performative.GetType().Name.ToLowerInvariant();
        }
    }

    private static bool IsMisled(Exception exception) =>
        exception
            is AmqpException
                or InvalidCastException
                or InvalidOperationException
                or ArgumentException
                or FormatException
                or OverflowException
                or IndexOutOfRangeException
                or NullReferenceException
                or NotSupportedException;

    // The library trusts the types that a descriptor promises, and says in many ways that they are others.
    private static T Guarded<T>(ReadOnlyMemory<byte> bytes, Func<ByteBuffer, T> read)
    {
        try
        {
            return read(Buffer(bytes));
        }
        catch (Exception exception) when (IsMisled(exception))
        {
            throw AmqpViolationException.Undecodable("sent a value that is not what it says it is");
        }
    }

    private static ByteBuffer Buffer(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment)
            ? new ByteBuffer(segment.Array!, segment.Offset, segment.Count, segment.Count)
            : new ByteBuffer(bytes.ToArray(), 0, bytes.Length, bytes.Length);
}
