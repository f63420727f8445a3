namespace TraceMQ.Tui.Terminal;

/// <summary>What can be done with a mouse.</summary>
internal enum MouseKind
{
    /// <summary>The left button.</summary>
    Click,

    /// <summary>The left button twice.</summary>
    DoubleClick,

    /// <summary>The right button.</summary>
    RightClick,

    /// <summary>The wheel, away from the user.</summary>
    WheelUp,

    /// <summary>The wheel, towards the user.</summary>
    WheelDown,
}
