using System.Buffers.Binary;
using System.IO.Compression;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Payloads;

/// <summary>What gzip (RFC 1952) or zlib (RFC 1950) has compressed, in the format of what comes out.</summary>
internal sealed class CompressedFormat : IPayloadFormat
{
    /// <summary>Most bytes that are inflated: a small payload can claim any size.</summary>
    internal const int MaximumInflated = 16 << 20;

    /// <inheritdoc/>
    public string Name => "gzip";

    /// <inheritdoc/>
    public bool IsLikely(ReadOnlySpan<byte> payload, PayloadHints hints) =>
        IsGzip(payload) || (IsZlib(payload) && BeginsToInflate(payload));

    /// <inheritdoc/>
    public PayloadDocument Read(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var isZlib = IsZlib(payload.Span);
        if (!isZlib && !IsGzip(payload.Span))
            return Plain(payload, "neither gzip nor zlib", cancellationToken);
        var inflated = Inflate(payload, isZlib, out var note, cancellationToken);
        if (inflated.Length == 0 && note.Length > 0)
            return Plain(payload, note, cancellationToken);

        // What was compressed twice stays bytes: one level is what people send, and more is how bombs are made.
        var inner = PayloadFormats.Detect(inflated.Span, new PayloadHints(), except: this);
        var document = inner.Read(inflated, cancellationToken);
        string[] notes = [$"inflated to {SizeText.Of(inflated.Length)}", note, document.Note];
        return new Inflated(document, string.Join("; ", notes.Where(part => part.Length > 0)))
        {
            Format = $"{(isZlib ? "zlib" : Name)} > {document.Format}",
        };
    }

    private Inflated Plain(ReadOnlyMemory<byte> payload, string note, CancellationToken cancellationToken) =>
        new Inflated(new HexFormat().Read(payload, cancellationToken), note) { Format = Name };

    private static bool IsGzip(ReadOnlySpan<byte> payload) => payload is [0x1F, 0x8B, 8, ..];

    // One that needs a dictionary (bit 5) cannot be read without it.
    private static bool IsZlib(ReadOnlySpan<byte> payload) =>
        payload.Length > 2
        && payload[0] == 0x78
        && (payload[1] & 0x20) == 0
        && ((payload[0] << 8) | payload[1]) % 31 == 0;

    // The two bytes of zlib's header are letters as well.
    private static bool BeginsToInflate(ReadOnlySpan<byte> payload)
    {
        const int enough = 1024;
        try
        {
            using var stream = new MemoryStream(payload[..Math.Min(payload.Length, enough)].ToArray());
            using var inflating = new ZLibStream(stream, CompressionMode.Decompress);
            return inflating.ReadByte() >= 0;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte> Inflate(
        ReadOnlyMemory<byte> payload,
        bool isZlib,
        out string note,
        CancellationToken cancellationToken
    )
    {
        note = "";
        using var source = new MemoryStream(payload.ToArray());
        using Stream inflating = isZlib
            ? new ZLibStream(source, CompressionMode.Decompress)
            : new GZipStream(source, CompressionMode.Decompress);
        using var result = new MemoryStream();
        var buffer = new byte[64 << 10];
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = inflating.Read(buffer);
                if (read == 0)
                    break;
                var room = MaximumInflated - (int)result.Length;
                result.Write(buffer, 0, Math.Min(read, room));
                if (read > room)
                {
                    note = "only its beginning; there is more";
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            note = "damaged or cut short";
        }

        var inflated = result.GetBuffer().AsMemory(0, (int)result.Length);
        if (note.Length == 0 && !IsComplete(payload.Span, inflated.Span, isZlib))
            note = "damaged, cut short or several in one";
        return inflated;
    }

    // The library takes the end of the bytes for the end of what was compressed; the last four bytes know better.
    private static bool IsComplete(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> inflated, bool isZlib)
    {
        if (payload.Length < 8)
            return false;
        return isZlib
            ? BinaryPrimitives.ReadUInt32BigEndian(payload[^4..]) == Adler(inflated)
            : BinaryPrimitives.ReadUInt32LittleEndian(payload[^4..]) == (uint)inflated.Length;
    }

    private static uint Adler(ReadOnlySpan<byte> bytes)
    {
        const uint modulus = 65_521;
        var (low, high) = (1u, 0u);
        foreach (var value in bytes)
        {
            low = (low + value) % modulus;
            high = (high + low) % modulus;
        }

        return (high << 16) | low;
    }

    private sealed class Inflated : PayloadDocument
    {
        private readonly PayloadDocument _inner;

        public Inflated(PayloadDocument inner, string note)
        {
            _inner = inner;
            Note = note;
        }

        public override int LineCount => _inner.LineCount;

        public override int DepthOf(int line) => _inner.DepthOf(line);

        public override int EndOf(int line) => _inner.EndOf(line);

        public override void Write(int line, bool isFolded, Glyphs glyphs, StyledLine into) =>
            _inner.Write(line, isFolded, glyphs, into);

        public override void WriteWhole(int line, StyledLine into) => _inner.WriteWhole(line, into);
    }
}
