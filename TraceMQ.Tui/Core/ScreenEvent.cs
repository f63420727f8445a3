namespace TraceMQ.Tui.Core;

/// <summary>An event of one screen, which carries its own update: a screen is added without touching the others.</summary>
internal abstract record ScreenEvent : AppEvent
{
    /// <summary>What the event does to the state.</summary>
    public abstract Transition Apply(AppState state);
}
