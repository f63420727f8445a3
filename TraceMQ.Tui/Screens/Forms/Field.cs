using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Screens.Forms;

/// <summary>One field of a form: what it is for and what is in it.</summary>
internal sealed record Field
{
    /// <summary>Identifies it in its form; a setting's key where it stands for one.</summary>
    public required string Key { get; init; }

    /// <summary>Its name on the screen.</summary>
    public required string Label { get; init; }

    /// <summary>How it is filled in.</summary>
    public FieldKind Kind { get; init; }

    /// <summary>What is in it: <c>true</c> or <c>false</c> for a flag, the word for a choice.</summary>
    public string Text { get; init; } = "";

    /// <summary>What is wrong with it, in a sentence; empty where nothing is.</summary>
    public string Problem { get; init; } = "";

    /// <summary>What it is for, shown while it has the keys.</summary>
    public string Help { get; init; } = "";

    /// <summary>What an empty field means: the default.</summary>
    public string Placeholder { get; init; } = "";

    /// <summary>What will be put before what is typed, given that; empty for nothing.</summary>
    public Func<string, string> Before { get; init; } = static _ => "";

    /// <summary>The words of a choice.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Texts that Right at the end of the field takes over.</summary>
    public IReadOnlyList<string> Completions { get; init; } = [];

    /// <summary>The setting that it stands for; null where it stands for none.</summary>
    public Setting? Setting { get; init; }

    /// <summary>A heading above it; empty for none.</summary>
    public string Heading { get; init; } = "";

    /// <summary>A field for a setting.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="text">Its value as text; empty for the default.</param>
    public static Field Of(Setting setting, string text) =>
        new()
        {
            Key = setting.Key,
            Label = setting.Label,
            Kind = KindOf(setting),
            Text =
                text.Length == 0 && (KindOf(setting) is FieldKind.Choice or FieldKind.Flag)
                    ? setting.DefaultText
                    : text,
            Help = setting.Help,
            Placeholder = setting.DefaultText,
            Choices = setting.Choices,
            Setting = setting,
        };

    /// <summary>The value of the field for its setting; null where it is the default.</summary>
    public object? Value()
    {
        if (
            Setting is null
            || Text.Length == 0
            || (Kind is FieldKind.Flag or FieldKind.Choice && Text == Setting.DefaultText)
        )
            return null;
        return Setting.TryParse(new RawValue.Text(Text, IsUntyped: true), out var value, out _) ? value : null;
    }

    /// <summary>The field with another text, checked.</summary>
    public Field WithText(string text)
    {
        var isToCheck = Setting is not null && text.Length > 0 && !Reference.IsIn(text);
        string? problem = null;
        var isRight = !isToCheck || Setting!.TryParse(new RawValue.Text(text, IsUntyped: true), out _, out problem);
        return this with { Text = text, Problem = isRight ? "" : problem! };
    }

    private static FieldKind KindOf(Setting setting) =>
        setting.Kind switch
        {
            SettingKind.Secret => FieldKind.Secret,
            SettingKind.Flag => FieldKind.Flag,
            SettingKind.Choice => FieldKind.Choice,
            SettingKind.LongText => FieldKind.Text,
            SettingKind.Number when setting.Choices.Count > 0 => FieldKind.Choice,
            _ => FieldKind.Line,
        };
}
