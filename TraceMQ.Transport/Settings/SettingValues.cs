using System.Collections.Immutable;

namespace TraceMQ.Transport.Settings;

/// <summary>Values of settings. A setting without a value has its default. Immutable.</summary>
public sealed class SettingValues
{
    private readonly ImmutableDictionary<string, object> _values;

    private SettingValues(ImmutableDictionary<string, object> values) => _values = values;

    /// <summary>Every setting at its default.</summary>
    public static SettingValues Empty { get; } =
        new(ImmutableDictionary.Create<string, object>(StringComparer.Ordinal));

    /// <summary>True where every setting is at its default.</summary>
    public bool IsEmpty => _values.IsEmpty;

    /// <summary>The value, or the setting's default.</summary>
    public T Get<T>(Setting<T> setting)
        where T : notnull => _values.TryGetValue(setting.Key, out var value) ? (T)value : setting.Default;

    /// <summary>The value that was given; null where none was.</summary>
    public object? Find(Setting setting) => _values.GetValueOrDefault(setting.Key);

    /// <summary>True where a value was given, be it the default's.</summary>
    public bool Has(Setting setting) => _values.ContainsKey(setting.Key);

    /// <summary>These values with one more.</summary>
    public SettingValues With<T>(Setting<T> setting, T value)
        where T : notnull => new(_values.SetItem(setting.Key, value));

    /// <summary>These values with one more whose type only the setting knows.</summary>
    public SettingValues WithObject(Setting setting, object value) => new(_values.SetItem(setting.Key, value));

    /// <summary>These values without one.</summary>
    public SettingValues Without(Setting setting) => new(_values.Remove(setting.Key));
}
