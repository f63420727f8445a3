using Amqp;
using Amqp.Types;

namespace TraceMQ.Transport.EventHubs.Server.Protocol;

/// <summary>
/// Frames on their way to a client. Whoever writes holds the client's lock; one task takes what has gathered and sends it. What waits is
/// bounded by those who write: they ask <see cref="IsFull"/> first.
/// </summary>
internal sealed class FrameOutput
{
    /// <summary>From here on nothing more is written that can wait.</summary>
    internal const int Enough = 256 * 1024;

    private const int FirstBuffer = 4 * 1024;
    private const byte HeaderWords = 2;

    private ByteBuffer _gathering = new(FirstBuffer, autoGrow: true);
    private ByteBuffer _sending = new(FirstBuffer, autoGrow: true);

    /// <summary>The largest frame that the client takes.</summary>
    public int MaximumFrame { get; set; } = 512;

    /// <summary>Looks at each frame that is written; null: nobody does. What it gets is valid during the call.</summary>
    public Action<ReadOnlyMemory<byte>>? Observer { get; set; }

    /// <summary>True while so much waits that what can wait should.</summary>
    public bool IsFull => Waiting >= Enough;

    /// <summary>Bytes that wait, without those that are being sent.</summary>
    public int Waiting => _gathering.Length;

    /// <summary>True where nothing waits.</summary>
    public bool IsEmpty => _gathering.Length == 0;

    /// <summary>A sign of life (part 2, 2.4.5).</summary>
    public void WriteEmpty() => End(Begin(0, isSasl: false));

    /// <summary>A frame with a performative alone.</summary>
    public void Write(ushort channel, Described performative, bool isSasl = false)
    {
        var start = Begin(channel, isSasl);
        performative.Encode(_gathering);
        End(start);
    }

    /// <summary>A frame with a performative and a part of a message, as much of it as fits.</summary>
    /// <returns>How many bytes of the message it took.</returns>
    public int Write(ushort channel, Amqp.Framing.Transfer transfer, ReadOnlySpan<byte> message)
    {
        var start = Begin(channel, isSasl: false);
        transfer.More = false;
        transfer.Encode(_gathering);
        var room = MaximumFrame - (_gathering.Length - start);
        if (message.Length > room)
        {
            _gathering.Shrink(_gathering.Length - start - (HeaderWords * 4));
            transfer.More = true;
            transfer.Encode(_gathering);
            room = MaximumFrame - (_gathering.Length - start);
            message = message[..room];
        }

        Append(message);
        End(start);
        return message.Length;
    }

    /// <summary>Raw bytes: a protocol header.</summary>
    public void Write(ReadOnlySpan<byte> bytes) => Append(bytes);

    /// <summary>What has gathered, for the task that sends; it is sent before the next is taken.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        var taken = _gathering;
        // One burst should not be paid for ever after.
        _gathering = _sending.Capacity > 2 * Enough ? new ByteBuffer(FirstBuffer, autoGrow: true) : _sending;
        _gathering.Reset();
        _sending = taken;
        return taken.Buffer.AsMemory(taken.Offset, taken.Length);
    }

    private int Begin(ushort channel, bool isSasl)
    {
        var start = _gathering.Length;
        AmqpBitConverter.WriteUInt(_gathering, 0);
        AmqpBitConverter.WriteUByte(_gathering, HeaderWords);
        AmqpBitConverter.WriteUByte(_gathering, isSasl ? (byte)1 : (byte)0);
        AmqpBitConverter.WriteUShort(_gathering, channel);
        return start;
    }

    private void End(int start)
    {
        AmqpBitConverter.WriteInt(_gathering.Buffer, _gathering.Offset + start, _gathering.Length - start);
        Observer?.Invoke(_gathering.Buffer.AsMemory(_gathering.Offset + start, _gathering.Length - start));
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _gathering.ValidateWrite(bytes.Length);
        bytes.CopyTo(_gathering.Buffer.AsSpan(_gathering.WritePos));
        _gathering.Append(bytes.Length);
    }
}
