namespace TraceMQ.Tui.Terminal;

/// <summary>What a cell lies on.</summary>
internal enum Ground
{
    /// <summary>The terminal's own background.</summary>
    Plain,

    /// <summary>A selected row of the pane that has the keys.</summary>
    Selected,

    /// <summary>A selected row of another pane.</summary>
    Remembered,

    /// <summary>Header and footer.</summary>
    Bar,

    /// <summary>A dialog.</summary>
    Dialog,

    /// <summary>A field of a dialog.</summary>
    Field,

    /// <summary>The caret, and a button that has the keys.</summary>
    Caret,
}
