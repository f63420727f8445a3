namespace TraceMQ.Tui.Core;

/// <summary>Which panes are seen and which has the keys.</summary>
internal sealed record LayoutState
{
    /// <summary>Columns below which the side panes are drawers.</summary>
    public const int WideColumns = 100;

    /// <summary>Columns and rows below which there is only a notice.</summary>
    public const int MinimumWidth = 60,
        MinimumHeight = 15;

    /// <summary>Columns of the terminal.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Rows of the terminal.</summary>
    public int Height { get; init; } = 24;

    /// <summary>The pane that has the keys.</summary>
    public PaneName Focus { get; init; } = PaneName.Messages;

    /// <summary>Only the focused pane is seen.</summary>
    public bool IsZoomed { get; init; }

    /// <summary>The side panes that the user hid on a wide screen.</summary>
    public bool IsProfilesHidden { get; init; }

    /// <summary>As <see cref="IsProfilesHidden"/>.</summary>
    public bool IsTopicsHidden { get; init; }

    /// <summary>The inspector is hidden.</summary>
    public bool IsInspectorHidden { get; init; }

    /// <summary>The mouse is reported to us, so that the terminal's own selection needs Shift.</summary>
    public bool IsMouseOn { get; init; } = true;

    /// <summary>Too narrow for side panes: they are drawers over the list, seen while they have the keys.</summary>
    public bool IsNarrow => Width < WideColumns;

    /// <summary>Too small for anything but a notice.</summary>
    public bool IsTooSmall => Width < MinimumWidth || Height < MinimumHeight;
}
