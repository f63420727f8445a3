using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Sockets.Framing;

/// <summary>Before a message stands a number that says how long it is.</summary>
internal sealed class LengthFraming : StreamFraming
{
    private readonly int _size;
    private readonly bool _includesItself;
    private readonly bool _isBigEndian;

    /// <param name="size">The bytes of the number, 1 to 4.</param>
    /// <param name="includesItself">It counts its own bytes too.</param>
    /// <param name="isBigEndian">Its highest byte comes first.</param>
    /// <param name="maximum">Most bytes of a message.</param>
    public LengthFraming(int size, bool includesItself, bool isBigEndian, int maximum)
        : base(maximum)
    {
        _size = size;
        _includesItself = includesItself;
        _isBigEndian = isBigEndian;
    }

    public override int MaximumHeld => Maximum + _size;

    public override string Words =>
        $"a number of {_size} {(_size == 1 ? "byte" : "bytes")}"
        + (
            _size == 1 ? ""
            : _isBigEndian ? ", big-endian"
            : ", little-endian"
        )
        + (_includesItself ? ", which counts itself too" : "");

    private long Largest => (1L << (8 * _size)) - 1;

    public override bool TryFind(ReadOnlySpan<byte> bytes, ref int searched, out FoundFrame found)
    {
        found = default;
        if (bytes.Length < _size)
            return false;
        var number = Read(bytes[.._size]);
        var length = number - (_includesItself ? _size : 0);
        if (length < 0)
            throw new FramingException(
                $"sent a length of {number}, which is less than the {_size} bytes that it counts of itself: check socket.length_includes_itself, socket.length_bytes and socket.big_endian"
            );
        if (length > Maximum)
            throw new FramingException(
                $"announces a message of {length:N0} bytes, more than the {Quantity.FormatSize(Maximum)} of socket.max_frame: raise it, or check socket.length_bytes and socket.big_endian"
            );
        found = new FoundFrame(_size, (int)length, _size + (int)length);
        return bytes.Length >= found.Taken;
    }

    public override ReadOnlyMemory<byte> Wrap(ReadOnlyMemory<byte> payload)
    {
        var number = payload.Length + (_includesItself ? _size : 0L);
        if (number > Largest)
            throw new TransportException(
                FailureKind.Configuration,
                $"A number of {_size} {(_size == 1 ? "byte" : "bytes")} counts to {Largest:N0}, and this message needs {number:N0}: send less, or raise socket.length_bytes."
            );
        var bytes = new byte[_size + payload.Length];
        for (var i = 0; i < _size; i++)
            bytes[_isBigEndian ? _size - 1 - i : i] = (byte)(number >> (8 * i));
        payload.Span.CopyTo(bytes.AsSpan(_size));
        return bytes;
    }

    public override bool IsMessage(ReadOnlySpan<byte> rest) =>
        rest.IsEmpty
            ? false
            : throw new FramingException(
                rest.Length < _size
                    ? $"ended in the middle of a length, after {rest.Length} of {_size} bytes: check socket.length_bytes"
                    : $"ended in the middle of a message: {rest.Length - _size:N0} of {Read(rest[.._size]) - (_includesItself ? _size : 0):N0} bytes came"
            );

    private long Read(ReadOnlySpan<byte> bytes)
    {
        var number = 0L;
        for (var i = 0; i < bytes.Length; i++)
            number |= (long)bytes[_isBigEndian ? bytes.Length - 1 - i : i] << (8 * i);
        return number;
    }
}
