namespace TraceMQ.Transport.Settings;

/// <summary>Settings whose values are texts.</summary>
internal static class TextSettings
{
    public static Setting<string> Text(
        string key,
        SettingKind kind,
        string help,
        string byDefault,
        Func<string, string?>? check
    ) =>
        new(
            key,
            kind,
            help,
            byDefault,
            raw =>
                raw is not RawValue.Text text ? SettingParse<string>.Wrong("write a text in quotes")
                : kind != SettingKind.LongText && text.Value.AsSpan().ContainsAny('\n', '\r')
                    ? SettingParse<string>.Wrong("write it on one line")
                : kind == SettingKind.File && text.Value.Contains('\0', StringComparison.Ordinal)
                    ? SettingParse<string>.Wrong("a path cannot hold a NUL character")
                : check?.Invoke(text.Value) is { } problem ? SettingParse<string>.Wrong(problem)
                : text.Value,
            value => value,
            value => new RawValue.Text(value)
        );

    public static Setting<Secret> Hidden(string key, string help) =>
        new(
            key,
            SettingKind.Secret,
            help,
            new Secret(""),
            raw =>
                raw is RawValue.Text text
                    ? new Secret(text.Value)
                    : SettingParse<Secret>.Wrong("write a text in quotes"),
            value => value.IsEmpty ? "" : value.ToString(),
            value => new RawValue.Text(value.Reveal())
        );

    public static Setting<string> Choice(string key, string help, string byDefault, IReadOnlyList<string> choices) =>
        new(
            key,
            SettingKind.Choice,
            help,
            byDefault,
            raw => ParseChoice(raw, choices),
            value => value,
            value => new RawValue.Text(value)
        )
        {
            Choices = choices,
        };

    private static SettingParse<string> ParseChoice(RawValue raw, IReadOnlyList<string> choices)
    {
        if (raw is RawValue.Text text)
        {
            var found = choices.FirstOrDefault(choice => choice.Equals(text.Value, StringComparison.OrdinalIgnoreCase));
            if (found is not null)
                return found;
        }

        return SettingParse<string>.Wrong(
            $"write one of {string.Join(", ", choices.Select(choice => $"\"{choice}\""))}"
        );
    }
}
