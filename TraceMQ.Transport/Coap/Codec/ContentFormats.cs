namespace TraceMQ.Transport.Coap.Codec;

/// <summary>The registered content formats (RFC 7252, 12.3, and the registry since).</summary>
internal static class ContentFormats
{
    public const int Text = 0;
    public const int LinkFormat = 40;
    public const int OctetStream = 42;
    public const int Json = 50;
    public const int Cbor = 60;

    private static readonly (int Number, string Name)[] s_all =
    [
        (Text, "text/plain"),
        (LinkFormat, "application/link-format"),
        (41, "application/xml"),
        (OctetStream, "application/octet-stream"),
        (47, "application/exi"),
        (Json, "application/json"),
        (51, "application/json-patch+json"),
        (52, "application/merge-patch+json"),
        (Cbor, "application/cbor"),
        (61, "application/cwt"),
        (62, "application/multipart-core"),
        (63, "application/cbor-seq"),
        (101, "application/cose-key"),
        (110, "application/senml+json"),
        (111, "application/sensml+json"),
        (112, "application/senml+cbor"),
        (113, "application/sensml+cbor"),
        (114, "application/senml-exi"),
        (115, "application/sensml-exi"),
        (256, "application/coap-group+json"),
        (257, "application/concise-problem-details+cbor"),
        (271, "application/dots+cbor"),
        (310, "application/senml+xml"),
        (320, "application/senml-etch+json"),
        (322, "application/senml-etch+cbor"),
        (432, "application/td+json"),
        (10000, "application/vnd.ocf+cbor"),
        (11542, "application/vnd.oma.lwm2m+tlv"),
        (11543, "application/vnd.oma.lwm2m+json"),
        (11544, "application/vnd.oma.lwm2m+cbor"),
    ];

    /// <summary>The media type of a number; the number where it is not registered.</summary>
    public static string NameOf(long number) =>
        Array.Find(s_all, item => item.Number == number).Name ?? number.ToString();

    /// <summary>The number of a media type, of its last part (<c>json</c>, <c>senml+cbor</c>), or written as a number; null where it is none.</summary>
    public static int? Parse(string text)
    {
        if (int.TryParse(text, System.Globalization.NumberStyles.None, provider: null, out var number))
            return number <= ushort.MaxValue ? number : null;
        if (text.Equals("text", StringComparison.OrdinalIgnoreCase))
            return Text;
        foreach (var (known, name) in s_all)
        {
            if (
                name.Equals(text, StringComparison.OrdinalIgnoreCase)
                || name.AsSpan(name.IndexOf('/') + 1).Equals(text, StringComparison.OrdinalIgnoreCase)
            )
                return known;
        }

        return null;
    }
}
