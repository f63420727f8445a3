using System.Collections.Frozen;

namespace TraceMQ.Transport.Coap.Codec;

/// <summary>One registered option.</summary>
/// <param name="Number">Its number; odd: critical.</param>
/// <param name="Name">As the registry writes it: <c>Uri-Path</c>.</param>
/// <param name="Format">What its bytes mean.</param>
/// <param name="Minimum">Fewest bytes.</param>
/// <param name="Maximum">Most bytes.</param>
/// <param name="IsRepeatable">It may stand more than once.</param>
internal sealed record OptionDefinition(
    int Number,
    string Name,
    OptionFormat Format,
    int Minimum,
    int Maximum,
    bool IsRepeatable = false
)
{
    public bool IsCritical => OptionNumber.IsCritical(Number);
}

/// <summary>The options of requests and responses (RFC 7252, 5.10; 7641; 7959; 8613; 8768; 9175; 9177; 7967).</summary>
internal static class OptionTable
{
    /// <summary>Every one, by number.</summary>
    public static IReadOnlyList<OptionDefinition> All { get; } =
    [
        new(OptionNumber.IfMatch, "If-Match", OptionFormat.Opaque, 0, 8, IsRepeatable: true),
        new(OptionNumber.UriHost, "Uri-Host", OptionFormat.Text, 1, 255),
        new(OptionNumber.ETag, "ETag", OptionFormat.Opaque, 1, 8, IsRepeatable: true),
        new(OptionNumber.IfNoneMatch, "If-None-Match", OptionFormat.Empty, 0, 0),
        new(OptionNumber.Observe, "Observe", OptionFormat.Uint, 0, 3),
        new(OptionNumber.UriPort, "Uri-Port", OptionFormat.Uint, 0, 2),
        new(OptionNumber.LocationPath, "Location-Path", OptionFormat.Text, 0, 255, IsRepeatable: true),
        new(9, "OSCORE", OptionFormat.Opaque, 0, 255),
        new(OptionNumber.UriPath, "Uri-Path", OptionFormat.Text, 0, 255, IsRepeatable: true),
        new(OptionNumber.ContentFormat, "Content-Format", OptionFormat.Uint, 0, 2),
        new(OptionNumber.MaxAge, "Max-Age", OptionFormat.Uint, 0, 4),
        new(OptionNumber.UriQuery, "Uri-Query", OptionFormat.Text, 0, 255, IsRepeatable: true),
        new(OptionNumber.HopLimit, "Hop-Limit", OptionFormat.Uint, 1, 1),
        new(OptionNumber.Accept, "Accept", OptionFormat.Uint, 0, 2),
        new(19, "Q-Block1", OptionFormat.Uint, 0, 3),
        new(OptionNumber.LocationQuery, "Location-Query", OptionFormat.Text, 0, 255, IsRepeatable: true),
        new(OptionNumber.Block2, "Block2", OptionFormat.Uint, 0, 3),
        new(OptionNumber.Block1, "Block1", OptionFormat.Uint, 0, 3),
        new(OptionNumber.Size2, "Size2", OptionFormat.Uint, 0, 4),
        new(31, "Q-Block2", OptionFormat.Uint, 0, 3, IsRepeatable: true),
        new(OptionNumber.ProxyUri, "Proxy-Uri", OptionFormat.Text, 1, 1034),
        new(OptionNumber.ProxyScheme, "Proxy-Scheme", OptionFormat.Text, 1, 255),
        new(OptionNumber.Size1, "Size1", OptionFormat.Uint, 0, 4),
        new(OptionNumber.Echo, "Echo", OptionFormat.Opaque, 1, 40),
        new(OptionNumber.NoResponse, "No-Response", OptionFormat.Uint, 0, 1),
        new(OptionNumber.RequestTag, "Request-Tag", OptionFormat.Opaque, 0, 8, IsRepeatable: true),
    ];

    private static readonly FrozenDictionary<int, OptionDefinition> s_byNumber = All.ToFrozenDictionary(option =>
        option.Number
    );

    private static readonly FrozenDictionary<string, OptionDefinition> s_byName = All.ToFrozenDictionary(
        option => option.Name,
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>The option of a number; null where it is not registered.</summary>
    public static OptionDefinition? Find(int number) => s_byNumber.GetValueOrDefault(number);

    /// <summary>The option of a name, hyphens or underscores; null where it is not registered.</summary>
    public static OptionDefinition? Find(string name) => s_byName.GetValueOrDefault(name.Replace('_', '-'));

    /// <summary>Its name, or its number and whether it is critical.</summary>
    public static string NameOf(int number) =>
        Find(number)?.Name ?? (OptionNumber.IsCritical(number) ? $"{number} (critical)" : $"{number} (elective)");
}
