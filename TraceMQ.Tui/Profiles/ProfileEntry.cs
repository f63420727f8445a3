using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>A profile of a configuration file, be it right or wrong.</summary>
/// <param name="Raw">As it was written.</param>
/// <param name="Line">Where it begins.</param>
/// <param name="Problems">What is wrong with it.</param>
internal sealed record ProfileEntry(RawProfile Raw, int Line, IReadOnlyList<ProfileProblem> Problems)
{
    /// <summary>Its name.</summary>
    public string Name => Raw.Name;

    /// <summary>Its protocol.</summary>
    public string Protocol => Raw.Protocol;

    /// <summary>Its folder; empty for none.</summary>
    public string Group => Get(CommonSettings.Group);

    /// <summary>Its colour.</summary>
    public string Color => Get(CommonSettings.Color);

    /// <summary>Whether it asks before changes.</summary>
    public bool IsProduction => Get(CommonSettings.Production);

    /// <summary>Whether it changes nothing.</summary>
    public bool IsReadOnly => Get(CommonSettings.ReadOnly);

    /// <summary>Whether it connects at start.</summary>
    public bool AutoConnect => Get(CommonSettings.AutoConnect);

    /// <summary>Whether it listens.</summary>
    public bool IsServer => Get(CommonSettings.Mode) == "server";

    private T Get<T>(Setting<T> setting)
        where T : notnull =>
        Raw.Values.TryGetValue(setting.Key, out var raw) && setting.TryParse(raw, out var value, out _)
            ? (T)value
            : setting.Default;
}
