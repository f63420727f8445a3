using TraceMQ.Tui.Commands;

namespace TraceMQ.Tui.Core;

/// <summary>Something that lies over the main screen and takes the keys: a dialog, a menu, a full screen of its own. The topmost one is active.</summary>
internal abstract record Overlay
{
    /// <summary>The commands that are at hand while it is the topmost.</summary>
    public abstract Scopes Scope { get; }

    /// <summary>True where leaving it would lose what the user typed.</summary>
    public virtual bool HasUnsavedWork => false;

    /// <summary>True where it covers the panes instead of lying over them.</summary>
    public virtual bool IsFullScreen => false;

    /// <summary>One level back inside it; null where that is to close it.</summary>
    public virtual Transition? Back(AppState state) => null;

    /// <summary>What has to be ended with it.</summary>
    public virtual IEnumerable<Effect> Ending => [];
}
