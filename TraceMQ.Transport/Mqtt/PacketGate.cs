using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Mqtt;

/// <summary>
/// Follows the packets in the bytes that a broker sends (MQTT 5.0, 2.1), without copying them, to end the connection at a packet that is
/// larger than we said we take before the library makes room for it; and waits with reading while acknowledged messages wait for the store.
/// </summary>
internal sealed class PacketGate : PassingStream
{
    private readonly long _maximum;
    private readonly Func<CancellationToken, Task> _room;
    private long _skip;
    private long _length;
    private int _shift = -1;
    private IOException? _broken;

    /// <param name="inner">The stream from the broker.</param>
    /// <param name="maximum">The largest packet in bytes, its fixed header included.</param>
    /// <param name="room">Ends when more may be read.</param>
    public PacketGate(Stream inner, long maximum, Func<CancellationToken, Task> room)
        : base(inner)
    {
        _maximum = maximum;
        _room = room;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_broken is not null)
            throw _broken;
        var room = _room(cancellationToken);
        if (!room.IsCompletedSuccessfully)
            await room.ConfigureAwait(false);
        var read = await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Follow(buffer.Span[..read]);
        // What came before the packet that is wrong is passed on; the next read tells of it.
        return read;
    }

    private void Follow(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && _broken is null)
        {
            if (_skip > 0)
            {
                var skipped = (int)Math.Min(_skip, bytes.Length);
                _skip -= skipped;
                bytes = bytes[skipped..];
            }
            else if (_shift < 0)
            {
                // The packet's type and flags; its remaining length follows.
                _shift = 0;
                _length = 0;
                bytes = bytes[1..];
            }
            else
            {
                TakeLength(bytes[0]);
                bytes = bytes[1..];
            }
        }
    }

    private void TakeLength(byte digit)
    {
        _length |= (long)(digit & 0x7F) << _shift;
        var isLast = (digit & 0x80) == 0;
        if (!isLast && _shift >= 21)
            _broken = Broken("announced a packet whose length is not valid MQTT, so the connection was closed");
        if (!isLast)
        {
            _shift += 7;
            return;
        }

        if (_length + 2 + (_shift / 7) > _maximum)
            _broken = Broken(
                $"sent a packet of {Quantity.FormatSize(_length)}, and mqtt.maximum_packet_size is {Quantity.FormatSize(_maximum)}: raise it to receive such messages"
            );
        _shift = -1;
        _skip = _length;
    }

    private static IOException Broken(string what)
    {
        var failure = new TransportException(FailureKind.Lost, $"The broker {what}.");
        return new IOException(failure.Message, failure);
    }
}
