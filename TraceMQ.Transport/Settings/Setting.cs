using System.Diagnostics.CodeAnalysis;

namespace TraceMQ.Transport.Settings;

/// <summary>
/// One thing that can be set, declared once: it drives the parsing of TOML and <c>--set</c>, the forms, redaction, the sample file and the
/// tables of the documentation.
/// </summary>
public abstract class Setting
{
    private protected Setting(string key, SettingKind kind, string help)
    {
        Key = key;
        Kind = kind;
        Help = help;
    }

    /// <summary>Its dotted name in a profile and in <c>--set</c>: <c>mqtt.keep_alive</c>.</summary>
    public string Key { get; }

    /// <summary>How it is written and shown.</summary>
    public SettingKind Kind { get; }

    /// <summary>One sentence for forms, the sample file and the documentation.</summary>
    public string Help { get; }

    /// <summary>Its name on a form: the last part of the key with spaces.</summary>
    public string Label
    {
        get => field ?? Key[(Key.LastIndexOf('.') + 1)..].Replace('_', ' ');
        init;
    }

    /// <summary>The words of a <see cref="SettingKind.Choice"/>.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>A value for the sample file, as TOML writes it; null to show the default.</summary>
    public string? Example { get; init; }

    /// <summary>True where a profile without it cannot work.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The only mode that has it: given in the other, it is an error. Null: both have it.</summary>
    public ProfileMode? OnlyIn { get; private protected set; }

    /// <summary>True where its values are redacted and never shown.</summary>
    public bool IsSecret => Kind == SettingKind.Secret;

    /// <summary>True for a path to a private key or credentials: an export leaves it out.</summary>
    public bool IsPrivatePath { get; private set; }

    /// <summary>The default, in the form that <see cref="Format"/> gives; empty where there is none.</summary>
    public abstract string DefaultText { get; }

    /// <summary>Gives a written value its meaning.</summary>
    /// <param name="raw">The value, its references expanded.</param>
    /// <param name="value">The meaning, for <see cref="SettingValues"/>.</param>
    /// <param name="problem">What is wrong, in one sentence without the value of a secret.</param>
    public abstract bool TryParse(
        RawValue raw,
        [NotNullWhen(true)] out object? value,
        [NotNullWhen(false)] out string? problem
    );

    /// <summary>The text that a form shows for a value and that parses to it; secrets stay asterisks.</summary>
    public abstract string Format(object value);

    /// <summary>The value as TOML has it: a number stays a number. Secrets are revealed, for the file alone.</summary>
    public abstract RawValue ToRaw(object value);

    /// <inheritdoc/>
    public override string ToString() => Key;

    /// <summary>One line of text.</summary>
    public static Setting<string> Text(
        string key,
        string help,
        string byDefault = "",
        Func<string, string?>? check = null
    ) => TextSettings.Text(key, SettingKind.Text, help, byDefault, check);

    /// <summary>Several lines of text.</summary>
    public static Setting<string> LongText(string key, string help, string byDefault = "") =>
        TextSettings.Text(key, SettingKind.LongText, help, byDefault, check: null);

    /// <summary>The path of a file; <c>~</c> is the home folder.</summary>
    public static Setting<string> File(string key, string help) =>
        TextSettings.Text(key, SettingKind.File, help, "", check: null);

    /// <summary>The path of a private key or of credentials: an export leaves it out.</summary>
    public static Setting<string> PrivateFile(string key, string help)
    {
        var setting = File(key, help);
        setting.IsPrivatePath = true;
        return setting;
    }

    /// <summary>A text that must not be seen.</summary>
    public static Setting<Secret> Hidden(string key, string help) => TextSettings.Hidden(key, help);

    /// <summary>One of a few words.</summary>
    public static Setting<string> Choice(
        string key,
        string help,
        string byDefault,
        params IReadOnlyList<string> choices
    ) => TextSettings.Choice(key, help, byDefault, choices);

    /// <summary>An integer from <paramref name="minimum"/> to <paramref name="maximum"/>, both included.</summary>
    public static Setting<long> Number(string key, string help, long byDefault, long minimum, long maximum) =>
        NumberSettings.Number(key, help, byDefault, minimum, maximum);

    /// <summary>True or false.</summary>
    public static Setting<bool> Flag(string key, string help, bool byDefault = false) =>
        NumberSettings.Flag(key, help, byDefault);

    /// <summary>A duration from <paramref name="minimum"/> to <paramref name="maximum"/>, both included.</summary>
    public static Setting<TimeSpan> Duration(
        string key,
        string help,
        TimeSpan byDefault,
        TimeSpan minimum,
        TimeSpan maximum
    ) => NumberSettings.Duration(key, help, byDefault, minimum, maximum);

    /// <summary>A number of bytes from <paramref name="minimum"/> to <paramref name="maximum"/>, both included.</summary>
    public static Setting<long> Size(string key, string help, long byDefault, long minimum, long maximum) =>
        NumberSettings.Size(key, help, byDefault, minimum, maximum);

    /// <summary>A place in a stored stream, in one of the allowed forms.</summary>
    public static Setting<StartPoint> Start(
        string key,
        string help,
        StartPoint byDefault,
        params IReadOnlyList<StartKind> allowed
    ) => StartSettings.Start(key, help, byDefault, allowed);

    /// <summary>A list of texts.</summary>
    public static Setting<IReadOnlyList<string>> TextList(string key, string help) =>
        CollectionSettings.TextList(key, help);

    /// <summary>Names with texts.</summary>
    public static Setting<IReadOnlyList<Header>> Map(string key, string help) => CollectionSettings.Map(key, help);

    /// <summary>Subscriptions in a protocol's terms.</summary>
    public static Setting<IReadOnlyList<Subscription>> Subscriptions(
        string key,
        string help,
        TopicSyntax syntax,
        IReadOnlyList<Setting> options
    ) => CollectionSettings.Subscriptions(key, help, syntax, options);
}
