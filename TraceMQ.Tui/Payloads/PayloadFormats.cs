namespace TraceMQ.Tui.Payloads;

/// <summary>The one list of formats.</summary>
internal static class PayloadFormats
{
    /// <summary>In the order in which they are tried; the last one takes anything.</summary>
    public static IReadOnlyList<IPayloadFormat> All { get; } =
    [
        new SenmlFormat(),
        new JsonFormat(),
        new XmlFormat(),
        new CompressedFormat(),
        new CborFormat(),
        new LinkListFormat(),
        new TextFormat(),
        new HexFormat(),
    ];

    /// <summary>The format that these bytes are most likely meant in.</summary>
    /// <param name="payload">All of them.</param>
    /// <param name="hints">What is known beside them.</param>
    /// <param name="except">A format that is not asked.</param>
    public static IPayloadFormat Detect(ReadOnlySpan<byte> payload, PayloadHints hints, IPayloadFormat? except = null)
    {
        foreach (var format in All)
        {
            if (format != except && format.IsLikely(payload, hints))
                return format;
        }

        return All[^1];
    }

    /// <summary>The format of a name; null where there is none.</summary>
    public static IPayloadFormat? Find(string name) => All.FirstOrDefault(format => format.Name == name);
}
