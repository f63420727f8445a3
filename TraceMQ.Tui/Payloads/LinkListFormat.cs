using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Payloads;

/// <summary>Links of a server, as CoAP's discovery lists them (RFC 6690): one on a line.</summary>
internal sealed class LinkListFormat : IPayloadFormat
{
    /// <inheritdoc/>
    public string Name => "links";

    /// <inheritdoc/>
    public bool IsLikely(ReadOnlySpan<byte> payload, PayloadHints hints) =>
        hints.ContentType?.Contains("link-format", StringComparison.OrdinalIgnoreCase) == true
        && Utf8Text.IsReadable(payload, isWhole: true);

    /// <inheritdoc/>
    public PayloadDocument Read(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var links = new List<(int Start, int Length)>();
        var (start, isQuoted, isTarget) = (0, false, false);
        var bytes = payload.Span;
        for (var at = 0; at < bytes.Length; at++)
        {
            switch (bytes[at])
            {
                case (byte)'\\' when isQuoted:
                    at++;
                    break;
                case (byte)'"' when !isTarget:
                    isQuoted = !isQuoted;
                    break;
                case (byte)'<' when !isQuoted:
                    isTarget = true;
                    break;
                case (byte)'>' when !isQuoted:
                    isTarget = false;
                    break;
                case (byte)',' when !isQuoted && !isTarget:
                    links.Add((start, at + 1 - start));
                    start = at + 1;
                    cancellationToken.ThrowIfCancellationRequested();
                    break;
            }
        }

        if (start < bytes.Length)
            links.Add((start, bytes.Length - start));
        return new Lines(payload, links) { Format = Name };
    }

    private sealed class Lines(ReadOnlyMemory<byte> payload, List<(int Start, int Length)> links) : PayloadDocument
    {
        public override int LineCount => links.Count;

        public override void Write(int line, bool isFolded, Glyphs glyphs, StyledLine into)
        {
            var link = payload.Span.Slice(links[line].Start, links[line].Length);
            var end = link.IndexOf((byte)'>') + 1;
            into.Add(SafeText.Line(link[..end], end), Tone.Topic);
            into.Add(SafeText.Line(link[end..], link.Length - end));
        }
    }
}
