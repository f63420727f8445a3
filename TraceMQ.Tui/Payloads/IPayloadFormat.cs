namespace TraceMQ.Tui.Payloads;

/// <summary>A way to read payloads. The bytes are hostile: every format takes any bytes and throws for none.</summary>
internal interface IPayloadFormat
{
    /// <summary>Its name on the screen: <c>json</c>.</summary>
    string Name { get; }

    /// <summary>True where these bytes are most likely meant this way. Looks at the beginning only.</summary>
    bool IsLikely(ReadOnlySpan<byte> payload, PayloadHints hints);

    /// <summary>Reads the bytes into lines.</summary>
    /// <param name="payload">The bytes.</param>
    /// <param name="cancellationToken">Gives up on a long payload.</param>
    PayloadDocument Read(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);
}
