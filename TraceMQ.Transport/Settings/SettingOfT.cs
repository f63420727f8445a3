using System.Diagnostics.CodeAnalysis;

namespace TraceMQ.Transport.Settings;

/// <summary>A setting whose values are of one type.</summary>
/// <typeparam name="T">The type of its values.</typeparam>
public sealed class Setting<T> : Setting
    where T : notnull
{
    private readonly Func<RawValue, SettingParse<T>> _parse;
    private readonly Func<T, string> _format;
    private readonly Func<T, RawValue> _toRaw;

    internal Setting(
        string key,
        SettingKind kind,
        string help,
        T byDefault,
        Func<RawValue, SettingParse<T>> parse,
        Func<T, string> format,
        Func<T, RawValue> toRaw
    )
        : base(key, kind, help)
    {
        Default = byDefault;
        _parse = parse;
        _format = format;
        _toRaw = toRaw;
    }

    /// <summary>The value where none is given.</summary>
    public T Default { get; }

    /// <summary>The same setting, which only this mode has.</summary>
    public Setting<T> OnlyFor(ProfileMode mode)
    {
        OnlyIn = mode;
        return this;
    }

    /// <inheritdoc/>
    public override string DefaultText => _format(Default);

    /// <inheritdoc/>
    public override bool TryParse(
        RawValue raw,
        [NotNullWhen(true)] out object? value,
        [NotNullWhen(false)] out string? problem
    )
    {
        var parsed = _parse(raw);
        value = parsed.Problem is null ? parsed.Value : null;
        problem = parsed.Problem;
        return problem is null;
    }

    /// <inheritdoc/>
    public override string Format(object value) => _format((T)value);

    /// <inheritdoc/>
    public override RawValue ToRaw(object value) => _toRaw((T)value);
}
