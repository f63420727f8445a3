namespace TraceMQ.Tui.Payloads;

/// <summary>UTF-8 text.</summary>
internal sealed class TextFormat : IPayloadFormat
{
    private const int Look = 4096;

    /// <inheritdoc/>
    public string Name => "text";

    /// <inheritdoc/>
    public bool IsLikely(ReadOnlySpan<byte> payload, PayloadHints hints) =>
        payload.Length <= Look
            ? Utf8Text.IsReadable(payload, isWhole: true)
            : Utf8Text.IsReadable(payload[..Look], isWhole: false);

    /// <inheritdoc/>
    public PayloadDocument Read(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken) =>
        TextDocumentLines.Read(payload, Name, cancellationToken);
}
