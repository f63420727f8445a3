using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Sockets.Framing;

/// <summary>A message is a line, without its end.</summary>
internal sealed class LineFraming : StreamFraming
{
    private readonly string _name;
    private readonly ReadOnlyMemory<byte> _ending;

    /// <param name="ending">The name of what ends a line.</param>
    /// <param name="maximum">Most bytes of a line.</param>
    public LineFraming(string ending, int maximum)
        : base(maximum)
    {
        _name = ending;
        _ending = SocketSettings.BytesOf(ending);
    }

    public override bool IsByLines => true;

    public override int MaximumHeld => Maximum + _ending.Length;

    public override string Words => $"lines ended by {_name.ToUpperInvariant()}";

    public override bool TryFind(ReadOnlySpan<byte> bytes, ref int searched, out FoundFrame found)
    {
        found = default;
        // The first half of an ending may have come with what was searched before.
        var start = Math.Max(0, searched - _ending.Length + 1);
        var at = bytes[start..].IndexOf(_ending.Span);
        var length = at < 0 ? bytes.Length : start + at;
        var isTooLong = at < 0 ? length >= MaximumHeld : length > Maximum;
        if (isTooLong)
            throw new FramingException(
                $"sent a line of more than {Quantity.FormatSize(Maximum)}: raise socket.max_frame, or set another socket.framing or socket.line_ending"
            );
        searched = at < 0 ? bytes.Length : 0;
        found = new FoundFrame(0, length, length + _ending.Length);
        return at >= 0;
    }

    public override ReadOnlyMemory<byte> Wrap(ReadOnlyMemory<byte> payload) =>
        (byte[])[.. payload.Span, .. _ending.Span];

    // The last line of many texts has no end.
    public override bool IsMessage(ReadOnlySpan<byte> rest) => !rest.IsEmpty;
}
