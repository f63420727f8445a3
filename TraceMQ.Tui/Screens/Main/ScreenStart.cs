using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tui.Screens.Main;

/// <summary>What the full screen starts with.</summary>
internal sealed record ScreenStart
{
    /// <summary>The configuration.</summary>
    public required ConfigFile Config { get; init; }

    /// <summary>The protocols.</summary>
    public required IReadOnlyList<ITransport> Transports { get; init; }

    /// <summary>Looks an environment variable up.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Nothing may be published.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>What happens first: profiles that are connected at once.</summary>
    public IReadOnlyList<AppEvent> Events { get; init; } = [];
}

/// <summary>A profile is to be connected.</summary>
internal sealed record ConnectWanted(Transport.Settings.RawProfile Profile) : ScreenEvent
{
    /// <inheritdoc/>
    public override Transition Apply(AppState state) => ConnectionUpdate.Connect(state, Profile);
}
