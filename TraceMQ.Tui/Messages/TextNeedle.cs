using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace TraceMQ.Tui.Messages;

/// <summary>
/// A text that is looked for without regard to case. ASCII letters are folded in the bytes themselves, sixteen at a time; a text beyond
/// ASCII is compared in UTF-16, since folding may change the number of bytes.
/// </summary>
internal sealed class TextNeedle
{
    private const int Window = 64 << 10;
    private readonly byte[] _folded;
    private readonly int _first;
    private readonly int _second;
    private readonly bool _isBeyondAscii;

    public TextNeedle(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        Text = text;
        IsAscii = Ascii.IsValid(text);
        _isBeyondAscii = text.Any(letter =>
            char.ToUpperInvariant(letter) > 0x7F && char.ToLowerInvariant(letter) > 0x7F
        );
        _folded = Encoding.UTF8.GetBytes(text);
        for (var i = 0; i < _folded.Length; i++)
            _folded[i] = Fold(_folded[i]);
        _first = Rarest(-1);
        _second = _folded.Length == 1 ? 0 : Rarest(_first);
    }

    public string Text { get; }

    /// <summary>True where <see cref="IndexIn"/> may be used.</summary>
    public bool IsAscii { get; }

    /// <summary>UTF-8 bytes of the text.</summary>
    public int Length => _folded.Length;

    public bool IsIn(ReadOnlySpan<char> text) => text.Contains(Text, StringComparison.OrdinalIgnoreCase);

    /// <summary>True where the bytes hold the text; bytes that are not UTF-8 are no obstacle.</summary>
    public bool IsIn(ReadOnlySpan<byte> utf8)
    {
        if (IsAscii)
            return IndexIn(utf8) >= 0;
        // Most telemetry is ASCII, and then a letter beyond it cannot be there.
        if (_isBeyondAscii && Ascii.IsValid(utf8))
            return false;
        // A window reads far enough into the next one for a text that begins in it.
        var overlap = Text.Length * 4;
        var size = Math.Min(utf8.Length, Window + overlap);
        var characters = ArrayPool<char>.Shared.Rent(size);
        try
        {
            for (var at = 0; at < utf8.Length; at += Window)
            {
                var part = utf8.Slice(at, Math.Min(utf8.Length - at, Window + overlap));
                if (IsIn(characters.AsSpan(0, Encoding.UTF8.GetChars(part, characters))))
                    return true;
            }

            return false;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters);
        }
    }

    /// <summary>The first place of an ASCII text; -1 where it is not.</summary>
    public int IndexIn(ReadOnlySpan<byte> text)
    {
        var last = text.Length - _folded.Length;
        var at = 0;
        ref var start = ref MemoryMarshal.GetReference(text);
        var (firstMask, first) = Pattern(_first);
        var (secondMask, second) = Pattern(_second);
        for (; at + Vector128<byte>.Count <= last + 1; at += Vector128<byte>.Count)
        {
            var a = Vector128.LoadUnsafe(ref start, (nuint)(at + _first)) | firstMask;
            var b = Vector128.LoadUnsafe(ref start, (nuint)(at + _second)) | secondMask;
            var both = Vector128.Equals(a, first) & Vector128.Equals(b, second);
            for (var hits = both.ExtractMostSignificantBits(); hits != 0; hits &= hits - 1)
            {
                var hit = at + System.Numerics.BitOperations.TrailingZeroCount(hits);
                if (IsAt(text, hit))
                    return hit;
            }
        }

        for (; at <= last; at++)
        {
            if (IsAt(text, at))
                return at;
        }

        return -1;
    }

    private static byte Fold(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;

    // Bytes that are rare in telemetry first: every place where both agree costs a comparison.
    private static int Frequency(byte value) =>
        value switch
        {
            (byte)'e' or (byte)'t' or (byte)'a' or (byte)' ' or (byte)'"' or (byte)'0' or (byte)'1' => 5,
            (byte)'o' or (byte)'i' or (byte)'n' or (byte)'s' or (byte)'r' or (byte)':' or (byte)',' or (byte)'.' => 4,
            >= (byte)'0' and <= (byte)'9' => 3,
            (byte)'l' or (byte)'u' or (byte)'d' or (byte)'c' or (byte)'m' or (byte)'p' => 2,
            (byte)'x' or (byte)'z' or (byte)'q' or (byte)'j' => 0,
            _ => 1,
        };

    private int Rarest(int except)
    {
        var best = except == 0 ? 1 : 0;
        for (var i = 0; i < _folded.Length; i++)
        {
            if (i != except && Frequency(_folded[i]) < Frequency(_folded[best]))
                best = i;
        }

        return best;
    }

    private (Vector128<byte> Mask, Vector128<byte> Value) Pattern(int place)
    {
        var value = _folded[place];
        var mask = value is >= (byte)'a' and <= (byte)'z' ? (byte)0x20 : (byte)0;
        return (Vector128.Create(mask), Vector128.Create(value));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsAt(ReadOnlySpan<byte> text, int at)
    {
        var folded = _folded;
        for (var i = 0; i < folded.Length; i++)
        {
            if (Fold(text[at + i]) != folded[i])
                return false;
        }

        return true;
    }
}
