using System.Globalization;

namespace TraceMQ.Transport.Settings;

/// <summary>Durations and sizes as people write them. The only reader and writer of these forms.</summary>
public static class Quantity
{
    private static readonly (string Suffix, TimeSpan Unit)[] s_durations =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    private static readonly (string Suffix, long Unit)[] s_sizes =
    [
        ("KB", 1L << 10),
        ("MB", 1L << 20),
        ("GB", 1L << 30),
        ("B", 1),
    ];

    /// <summary>Reads <c>500ms</c>, <c>60s</c>, <c>5m</c>, <c>1h</c>, <c>7d</c>; <c>0</c> needs no unit.</summary>
    public static bool TryParseDuration(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        if (text == "0")
            return true;
        foreach (var (suffix, unit) in s_durations)
        {
            if (TryNumberBefore(text, suffix, out var number) && number <= TimeSpan.MaxValue / unit)
            {
                value = unit * number;
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads <c>512</c>, <c>512B</c>, <c>16KB</c>, <c>64MB</c>, <c>1GB</c>, in either case.</summary>
    public static bool TryParseSize(string text, out long value)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value))
            return true;
        foreach (var (suffix, unit) in s_sizes)
        {
            if (TryNumberBefore(text, suffix, out var number) && number <= long.MaxValue / unit / 2)
            {
                value = (long)(number * unit);
                return true;
            }
        }

        value = 0;
        return false;
    }

    /// <summary>The duration in its largest exact unit.</summary>
    public static string Format(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
            return "0s";
        for (var i = s_durations.Length - 1; i >= 0; i--)
        {
            if (value.Ticks % s_durations[i].Unit.Ticks == 0)
                return (value.Ticks / s_durations[i].Unit.Ticks).ToString(CultureInfo.InvariantCulture)
                    + s_durations[i].Suffix;
        }

        return (value.Ticks / (decimal)TimeSpan.TicksPerMillisecond).ToString("0.####", CultureInfo.InvariantCulture)
            + "ms";
    }

    /// <summary>The size in its largest exact unit: <c>16MB</c>.</summary>
    public static string FormatSize(long value)
    {
        if (value == 0)
            return "0B";
        for (var i = 2; i >= 0; i--)
        {
            if (value % s_sizes[i].Unit == 0)
                return (value / s_sizes[i].Unit).ToString(CultureInfo.InvariantCulture) + s_sizes[i].Suffix;
        }

        return value.ToString(CultureInfo.InvariantCulture) + "B";
    }

    /// <summary>The size for a person, in the unit that fits: <c>14.6 KB</c>.</summary>
    public static string Approximate(long value)
    {
        for (var i = 2; i >= 0; i--)
        {
            if (value >= s_sizes[i].Unit)
                return ((double)value / s_sizes[i].Unit).ToString("0.#", CultureInfo.InvariantCulture)
                    + " "
                    + s_sizes[i].Suffix;
        }

        return value.ToString(CultureInfo.InvariantCulture) + " B";
    }

    private static bool TryNumberBefore(string text, string suffix, out double number)
    {
        number = 0;
        return text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
            && double.TryParse(
                text.AsSpan(0, text.Length - suffix.Length).TrimEnd(),
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out number
            )
            && double.IsFinite(number);
    }
}
