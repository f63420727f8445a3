using System.Globalization;

namespace TraceMQ.Tui.Text;

/// <summary>Sizes and counts as people read them.</summary>
internal static class SizeText
{
    /// <summary>Bytes: <c>118 B</c>, <c>1.2 kB</c>, <c>10 MB</c>.</summary>
    public static string Of(long bytes) =>
        bytes < 1000 ? $"{bytes} B"
        : bytes < 999_500 ? $"{Short(bytes / 1000.0)} kB"
        : bytes < 999_500_000 ? $"{Short(bytes / 1_000_000.0)} MB"
        : $"{Short(bytes / 1_000_000_000.0)} GB";

    /// <summary>A count: <c>842</c>, <c>9,870</c>, <c>99k</c>, <c>1.2M</c>.</summary>
    public static string Count(long count) =>
        count < 10_000 ? count.ToString("N0", CultureInfo.InvariantCulture)
        : count < 999_500 ? $"{Short(count / 1000.0)}k"
        : $"{Short(count / 1_000_000.0)}M";

    /// <summary>A duration in its largest unit: <c>0.2s</c>, <c>19m</c>, <c>3h</c>.</summary>
    public static string Span(TimeSpan span) =>
        span.TotalSeconds < 1 ? $"{span.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)}s"
        : span.TotalSeconds < 60 ? $"{(int)span.TotalSeconds}s"
        : span.TotalMinutes < 60 ? $"{(int)span.TotalMinutes}m"
        : span.TotalHours < 48 ? $"{(int)span.TotalHours}h"
        : $"{(int)span.TotalDays}d";

    private static string Short(double value) => value.ToString(value < 10 ? "0.#" : "0", CultureInfo.InvariantCulture);
}
