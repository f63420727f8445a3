namespace TraceMQ.Tui.Cli;

/// <summary>What the full screen was asked for on the command line.</summary>
internal sealed record ScreenRequest
{
    /// <summary>The file after <c>--config</c>; null where none was given.</summary>
    public string? ConfigPath { get; init; }

    /// <summary>The profiles to connect at once.</summary>
    public IReadOnlyList<string> Profiles { get; init; } = [];

    /// <summary>A connection that is not saved; null where none was given.</summary>
    public string? Url { get; init; }

    /// <summary>What to subscribe on <see cref="Url"/>.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>Settings of <see cref="Url"/> as they were written: <c>key=value</c>. They were checked by <see cref="SettingAssignments"/>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>True for the embedded servers with simulated traffic.</summary>
    public bool IsDemo { get; init; }

    /// <summary>True where nothing may be published on any connection.</summary>
    public bool IsReadOnly { get; init; }
}
