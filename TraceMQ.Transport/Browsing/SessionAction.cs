using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Browsing;

/// <summary>Something that can be done with a node.</summary>
/// <param name="Name">Its command: <c>clear</c>, <c>disconnect</c>.</param>
/// <param name="Help">One sentence.</param>
/// <param name="IsChange">True where it changes the peer: read-only profiles refuse it, production profiles ask.</param>
/// <param name="Settings">What it can be told.</param>
public sealed record SessionAction(string Name, string Help, bool IsChange, IReadOnlyList<Setting> Settings)
{
    /// <summary>What its form begins with: what is there now.</summary>
    public SettingValues Begins { get; init; } = SettingValues.Empty;
}
