using System.Buffers;

namespace TraceMQ.Tui.Payloads;

/// <summary>Finds the lines of an XML text: one for each tag, text, comment and instruction; small elements whole.</summary>
internal sealed class XmlLineBuilder
{
    private const int MaximumLines = 2_000_000;
    private const int MaximumDepth = 4096;
    private const int MaximumSmall = 200;

    // How far up a closing tag looks for its element: HTML leaves some open.
    private const int LookUp = 8;

    private static readonly SearchValues<byte> s_endOfName = SearchValues.Create(" \t\r\n/>"u8);

    private readonly ReadOnlyMemory<byte> _payload;
    private readonly List<int> _open = [];
    private int _at;

    public XmlLineBuilder(ReadOnlyMemory<byte> payload)
    {
        _payload = payload;
        _at = Utf8Text.StartOf(payload.Span);
    }

    /// <summary>The lines so far.</summary>
    public ChunkedList<XmlLine> Lines { get; } = new();

    /// <summary>What the reader should know; empty where nothing is.</summary>
    public string Note { get; private set; } = "";

    /// <summary>True for the first byte of a name.</summary>
    public static bool IsNameStart(byte value) =>
        value
            is (>= (byte)'a' and <= (byte)'z')
                or (>= (byte)'A' and <= (byte)'Z')
                or (byte)'_'
                or (byte)':'
                or >= 0x80;

    /// <summary>Where the tag that these bytes begin with ends; 0 where it does not. A value in quotes may hold a bracket.</summary>
    public static int EndOfTag(ReadOnlySpan<byte> bytes)
    {
        var at = 1;
        while (at < bytes.Length)
        {
            var found = bytes[at..].IndexOfAny((byte)'>', (byte)'"', (byte)'\'');
            if (found < 0)
                return 0;
            at += found;
            if (bytes[at] == (byte)'>')
                return at + 1;
            var quote = bytes[(at + 1)..].IndexOf(bytes[at]);
            if (quote < 0)
                return 0;
            at += quote + 2;
        }

        return 0;
    }

    /// <summary>Takes the next piece.</summary>
    /// <returns>False at the end.</returns>
    public bool TakeNext()
    {
        var bytes = _payload.Span;
        while (_at < bytes.Length && bytes[_at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            _at++;
        if (_at >= bytes.Length)
        {
            if (_open.Count > 0 && Note.Length == 0)
                Note = "not every element is closed";
            return false;
        }

        var rest = bytes[_at..];
        if (Lines.Count >= MaximumLines)
        {
            Note = $"only the first {MaximumLines:N0} lines are read as XML";
            Add(XmlLineKind.Rest, rest.Length);
        }
        else if (rest[0] != (byte)'<')
        {
            var end = rest.IndexOf((byte)'<');
            Add(XmlLineKind.Text, rest[..(end < 0 ? rest.Length : end)].TrimEnd(" \t\r\n"u8).Length);
        }
        else
        {
            TakeMarkup(rest);
        }

        return true;
    }

    private void TakeMarkup(ReadOnlySpan<byte> rest)
    {
        var (kind, length) =
            rest.StartsWith("<!--"u8) ? (XmlLineKind.Aside, After(rest, "-->"u8))
            : rest.StartsWith("<![CDATA["u8) ? (XmlLineKind.Text, After(rest, "]]>"u8))
            : rest.StartsWith("<?"u8) ? (XmlLineKind.Aside, After(rest, "?>"u8))
            : rest.StartsWith("<!"u8) ? (XmlLineKind.Aside, EndOfDeclaration(rest))
            : rest.StartsWith("</"u8) ? (XmlLineKind.Close, After(rest, ">"u8))
            : (XmlLineKind.Element, EndOfTag(rest));
        if (length == 0)
        {
            Note = "not valid XML to the end";
            Add(XmlLineKind.Rest, rest.Length);
        }
        else if (kind == XmlLineKind.Close)
        {
            Close(NameOf(rest[2..length]), length);
        }
        else
        {
            var opens = kind == XmlLineKind.Element && rest[length - 2] != (byte)'/' && _open.Count < MaximumDepth;
            Add(kind, length);
            if (opens)
                _open.Add(Lines.Count - 1);
        }
    }

    private void Close(ReadOnlySpan<byte> name, int length)
    {
        var at = _open.Count - 1;
        while (at >= 0 && at >= _open.Count - LookUp && !IsOpen(_open[at], name))
            at--;
        if (at < 0 || at < _open.Count - LookUp)
        {
            Note = "not every tag has its other";
            Add(XmlLineKind.Close, length);
            return;
        }

        if (at < _open.Count - 1)
            Note = "not every tag has its other";
        var opened = _open[at];
        _open.RemoveRange(at, _open.Count - at);
        if (!TryMerge(opened, _at + length))
        {
            Lines[opened].End = Lines.Count;
            Add(XmlLineKind.Close, length);
            return;
        }

        _at += length;
    }

    private bool IsOpen(int line, ReadOnlySpan<byte> name) =>
        NameOf(_payload.Span.Slice(Lines[line].Start + 1, Lines[line].Length - 1)).SequenceEqual(name);

    // An element with nothing or with one short text in it.
    private bool TryMerge(int opened, int end)
    {
        var start = Lines[opened].Start;
        var isSmall =
            opened == Lines.Count - 1
            || (opened == Lines.Count - 2 && Lines[opened + 1].Kind == XmlLineKind.Text && end - start <= MaximumSmall);
        if (!isSmall || _payload.Span[start..end].Contains((byte)'\n'))
            return false;
        Lines[opened].Length = end - start;
        Lines.RemoveFrom(opened + 1);
        return true;
    }

    private void Add(XmlLineKind kind, int length)
    {
        Lines.Add(
            new XmlLine
            {
                Start = _at,
                Length = length,
                Depth = (ushort)_open.Count,
                Kind = kind,
                End = Lines.Count,
            }
        );
        _at += length;
    }

    private static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> tag)
    {
        var end = tag.IndexOfAny(s_endOfName);
        return end < 0 ? tag : tag[..end];
    }

    private static int After(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> end)
    {
        var at = bytes.IndexOf(end);
        return at < 0 ? 0 : at + end.Length;
    }

    // A document type may hold declarations of its own in brackets.
    private static int EndOfDeclaration(ReadOnlySpan<byte> bytes)
    {
        var end = EndOfTag(bytes);
        var bracket = bytes[..end].IndexOf((byte)'[');
        if (bracket < 0)
            return end;
        var close = bytes[bracket..].IndexOf((byte)']');
        return close < 0 ? 0 : bracket + close + After(bytes[(bracket + close)..], ">"u8);
    }
}
