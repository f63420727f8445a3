using System.Formats.Cbor;

namespace TraceMQ.Tui.Payloads;

/// <summary>CBOR (RFC 8949), also several values one after another (RFC 8742), in diagnostic notation. Reads as far as it is valid and shows the rest as bytes.</summary>
internal sealed class CborFormat : IPayloadFormat
{
    // What has no hint is read whole before it is taken for CBOR.
    private const int Look = 64 << 10;

    /// <inheritdoc/>
    public string Name => "cbor";

    /// <inheritdoc/>
    public bool IsLikely(ReadOnlySpan<byte> payload, PayloadHints hints) =>
        !payload.IsEmpty
        && (hints.ContentType?.Contains("cbor", StringComparison.OrdinalIgnoreCase) == true || IsUnmistakable(payload));

    /// <summary>True where all of it is one value that is hardly anything else.</summary>
    public static bool IsUnmistakable(ReadOnlySpan<byte> payload)
    {
        // An array, a map, or the tag that says "this is CBOR": everything else is too short to be told from noise.
        var isContainer = payload is [>= 0x80 and <= 0xBF, ..] || payload is [0xD9, 0xD9, 0xF7, ..];
        return isContainer
            && payload.Length is > 2 and <= Look
            && !Utf8Text.IsReadable(payload, isWhole: true)
            && IsOneItem(payload);
    }

    /// <inheritdoc/>
    public PayloadDocument Read(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var builder = new CborLineBuilder(payload, cancellationToken);
        builder.Read();
        return new CborDocumentLines(builder.Lines, builder.Note) { Format = Name };
    }

    private static bool IsOneItem(ReadOnlySpan<byte> payload)
    {
        var reader = new CborReader(payload.ToArray(), CborConformanceMode.Lax);
        try
        {
            reader.SkipValue();
            return reader.BytesRemaining == 0;
        }
        catch (Exception exception) when (CborLineBuilder.IsBadInput(exception))
        {
            return false;
        }
    }
}
