using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Mqtt;

/// <summary>
/// Follows the packets in the bytes that a broker sends (MQTT 5.0, 2.1), without copying them, to end the connection at a packet that is
/// larger than we said we take before the library makes room for it; waits with reading while acknowledged messages wait for the store; and
/// hears the releases of messages of QoS 2, which the library answers without a word.
/// </summary>
internal sealed class PacketGate : PassingStream
{
    private const int PubRel = 6;

    private readonly long _maximum;
    private readonly MqttIntake _intake;
    private string? _broken;

    // Where in a packet the next byte is: at its type (below 0), in its length (the bits read), or _rest bytes before its end.
    private int _shift = -1;
    private long _length;
    private long _rest;
    private int _type;

    // The packet identifier of a PUBREL: its first two bytes after the length.
    private int _idBytes;
    private int _id;

    /// <param name="inner">The stream from the broker.</param>
    /// <param name="maximum">The largest packet in bytes, its fixed header included.</param>
    /// <param name="intake">Says when more may be read, and hears what is released.</param>
    public PacketGate(Stream inner, long maximum, MqttIntake intake)
        : base(inner)
    {
        _maximum = maximum;
        _intake = intake;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfBroken();
        var room = _intake.RoomAsync(cancellationToken);
        if (!room.IsCompletedSuccessfully)
            await room.ConfigureAwait(false);
        var read = await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        var good = Follow(buffer.Span[..read]);
        // What came before the packet is good, and is passed on; of its header the library must not see enough to make room for it.
        if (good == 0)
            ThrowIfBroken();
        return good;
    }

    /// <returns>How many of the bytes may be passed on.</returns>
    private int Follow(ReadOnlySpan<byte> bytes)
    {
        var begin = 0;
        for (var at = 0; at < bytes.Length; )
        {
            if (_rest > 0)
            {
                at += Skip(bytes[at..]);
            }
            else if (_shift < 0)
            {
                begin = at;
                _type = bytes[at++] >> 4;
                _shift = 0;
                _length = 0;
            }
            else if (!TakeLength(bytes[at++]))
            {
                return begin;
            }
        }

        return bytes.Length;
    }

    private int Skip(ReadOnlySpan<byte> bytes)
    {
        if (_type != PubRel || _idBytes == 2)
        {
            var skipped = (int)Math.Min(_rest, bytes.Length);
            _rest -= skipped;
            return skipped;
        }

        _rest--;
        _id = (_id << 8) | bytes[0];
        if (++_idBytes == 2)
            _intake.Released((ushort)_id);
        return 1;
    }

    private bool TakeLength(byte digit)
    {
        _length |= (long)(digit & 0x7F) << _shift;
        _shift += 7;
        if ((digit & 0x80) != 0)
        {
            if (_shift <= 21)
                return true;
            _broken =
                "The broker announced a packet whose length is not valid MQTT, so the connection was closed: check the host and the port.";
            return false;
        }

        if (1 + (_shift / 7) + _length > _maximum)
        {
            _broken =
                $"The broker sent a packet of {Quantity.FormatSize(_length)}, and mqtt.maximum_packet_size is {Quantity.FormatSize(_maximum)}: raise it to receive such messages.";
            return false;
        }

        _shift = -1;
        _rest = _length;
        (_idBytes, _id) = (0, 0);
        return true;
    }

    private void ThrowIfBroken()
    {
        if (_broken is { } what)
            throw new IOException(what, new TransportException(FailureKind.Lost, what));
    }
}
