namespace TraceMQ.Transport.Settings;

/// <summary>Settings whose values are places in a stored stream.</summary>
internal static class StartSettings
{
    public static Setting<StartPoint> Start(
        string key,
        string help,
        StartPoint byDefault,
        IReadOnlyList<StartKind> allowed
    ) =>
        new(
            key,
            SettingKind.Text,
            help,
            byDefault,
            raw =>
                raw is RawValue.Text text
                && StartPoint.Parse(text.Value.Trim()) is { } point
                && allowed.Contains(point.Kind)
                    ? point
                    : SettingParse<StartPoint>.Wrong(
                        $"write one of {string.Join(", ", allowed.Select(StartPoint.Form))}"
                    ),
            value => value.ToString(),
            value => new RawValue.Text(value.ToString())
        );
}
