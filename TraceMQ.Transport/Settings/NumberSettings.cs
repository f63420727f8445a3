using System.Globalization;

namespace TraceMQ.Transport.Settings;

/// <summary>Settings whose values are numbers, flags, durations and sizes.</summary>
internal static class NumberSettings
{
    public static Setting<long> Number(string key, string help, long byDefault, long minimum, long maximum) =>
        new(
            key,
            SettingKind.Number,
            help,
            byDefault,
            raw => ParseNumber(raw, minimum, maximum),
            value => value.ToString(CultureInfo.InvariantCulture),
            value => new RawValue.Number(value)
        )
        {
            // So few that a form shows them all.
            Choices =
                maximum - minimum <= 4
                    ?
                    [
                        .. Enumerable
                            .Range(0, (int)(maximum - minimum) + 1)
                            .Select(step => (minimum + step).ToString(CultureInfo.InvariantCulture)),
                    ]
                    : [],
        };

    public static Setting<bool> Flag(string key, string help, bool byDefault) =>
        new(
            key,
            SettingKind.Flag,
            help,
            byDefault,
            raw =>
                raw switch
                {
                    RawValue.Flag flag => flag.Value,
                    RawValue.Text { IsUntyped: true, Value: "true" or "yes" or "on" or "1" } => true,
                    RawValue.Text { IsUntyped: true, Value: "false" or "no" or "off" or "0" } => false,
                    _ => SettingParse<bool>.Wrong("write true or false"),
                },
            value => value ? "true" : "false",
            value => new RawValue.Flag(value)
        );

    public static Setting<TimeSpan> Duration(
        string key,
        string help,
        TimeSpan byDefault,
        TimeSpan minimum,
        TimeSpan maximum
    ) =>
        new(
            key,
            SettingKind.Duration,
            help,
            byDefault,
            raw =>
                raw is RawValue.Text text && Quantity.TryParseDuration(text.Value, out var value)
                    ? value >= minimum && value <= maximum
                        ? value
                        : SettingParse<TimeSpan>.Wrong(
                            $"it must be from {Quantity.Format(minimum)} to {Quantity.Format(maximum)}"
                        )
                    : SettingParse<TimeSpan>.Wrong(
                        "write a duration such as \"500ms\", \"60s\", \"5m\", \"1h\" or \"7d\""
                    ),
            Quantity.Format,
            value => new RawValue.Text(Quantity.Format(value))
        );

    public static Setting<long> Size(string key, string help, long byDefault, long minimum, long maximum) =>
        new(
            key,
            SettingKind.Size,
            help,
            byDefault,
            raw =>
                ParseSize(raw) is not { } value
                    ? SettingParse<long>.Wrong("write a size such as \"512B\", \"16KB\", \"64MB\" or \"1GB\"")
                : value < minimum || value > maximum
                    ? SettingParse<long>.Wrong(
                        $"it must be from {Quantity.FormatSize(minimum)} to {Quantity.FormatSize(maximum)}"
                    )
                : value,
            Quantity.FormatSize,
            value => new RawValue.Text(Quantity.FormatSize(value))
        );

    private static long? ParseSize(RawValue raw) =>
        raw switch
        {
            RawValue.Number number => number.Value,
            RawValue.Text text when Quantity.TryParseSize(text.Value, out var size) => size,
            _ => null,
        };

    private static SettingParse<long> ParseNumber(RawValue raw, long minimum, long maximum)
    {
        long value;
        if (raw is RawValue.Number number)
            value = number.Value;
        else if (
            raw is not RawValue.Text { IsUntyped: true } text
            || !long.TryParse(text.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
        )
            return SettingParse<long>.Wrong("write a whole number");
        return value >= minimum && value <= maximum
            ? value
            : SettingParse<long>.Wrong($"it must be from {minimum} to {maximum}");
    }
}
