using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>Checks UTF-8 that comes in pieces cut anywhere, and says no at the first byte that cannot be right.</summary>
internal struct Utf8Check
{
    private const int LongestSequence = 4;

    private uint _open;
    private int _openLength;

    /// <summary>True where no character is unfinished.</summary>
    public readonly bool IsComplete => _openLength == 0;

    /// <summary>Takes the next piece.</summary>
    /// <returns>False where it cannot be UTF-8, whatever follows.</returns>
    public bool Add(ReadOnlySpan<byte> piece)
    {
        if (_openLength > 0 && !Finish(ref piece))
            return false;
        var tail = TailLength(piece);
        return Utf8.IsValid(piece[..^tail]) && Keep(piece[^tail..]);
    }

    /// <summary>Forgets what came.</summary>
    public void Reset() => _openLength = 0;

    private static int TailLength(ReadOnlySpan<byte> piece)
    {
        for (var back = 1; back < LongestSequence && back <= piece.Length; back++)
        {
            var value = piece[^back];
            if (value < 0x80)
                return 0;
            if (value < 0xC0)
                continue;
            var needed =
                value >= 0xF0 ? 4
                : value >= 0xE0 ? 3
                : 2;
            return needed > back ? back : 0;
        }

        return 0;
    }

    private bool Keep(ReadOnlySpan<byte> tail)
    {
        if (tail.IsEmpty)
            return true;
        if (Rune.DecodeFromUtf8(tail, out _, out _) != OperationStatus.NeedMoreData)
            return false;
        _openLength = tail.Length;
        _open = 0;
        for (var i = 0; i < tail.Length; i++)
            _open |= (uint)tail[i] << (8 * i);
        return true;
    }

    private bool Finish(ref ReadOnlySpan<byte> piece)
    {
        Span<byte> sequence = stackalloc byte[LongestSequence];
        for (var i = 0; i < _openLength; i++)
            sequence[i] = (byte)(_open >> (8 * i));
        var length = _openLength;
        while (!piece.IsEmpty)
        {
            sequence[length++] = piece[0];
            piece = piece[1..];
            var status = Rune.DecodeFromUtf8(sequence[..length], out _, out _);
            if (status == OperationStatus.Done)
            {
                _openLength = 0;
                return true;
            }

            if (status != OperationStatus.NeedMoreData)
                return false;
        }

        _openLength = 0;
        return Keep(sequence[..length]);
    }
}
