namespace TraceMQ.Tui.Core;

/// <summary>The four panes of the main screen, in the order of Tab.</summary>
internal enum PaneName
{
    /// <summary>The profile tree.</summary>
    Profiles,

    /// <summary>The topic tree.</summary>
    Topics,

    /// <summary>The message list.</summary>
    Messages,

    /// <summary>The message inspector.</summary>
    Inspector,
}
