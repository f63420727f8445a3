using TraceMQ.Tui.Core;

namespace TraceMQ.Tui.Screens.Main;

/// <summary>Which panes are seen, and which has the keys.</summary>
internal static class LayoutUpdate
{
    /// <summary>The terminal has another size.</summary>
    public static AppState Resize(AppState state, int width, int height) =>
        state with
        {
            Layout = state.Layout with { Width = width, Height = height },
        };

    /// <summary>Gives the keys to a pane, and shows it.</summary>
    public static AppState Focus(AppState state, PaneName pane)
    {
        var layout = Show(state.Layout, pane) with { Focus = pane };
        return state with { Layout = layout, Typing = Typing.Nothing };
    }

    /// <summary>A pane's own key: to the pane; pressed again, a side pane is hidden.</summary>
    public static AppState Toggle(AppState state, PaneName pane) =>
        state.Layout.Focus == pane && pane != PaneName.Messages
            ? state with
            {
                Layout = Hide(state.Layout, pane) with { Focus = PaneName.Messages, IsZoomed = false },
            }
            : Focus(state, pane);

    /// <summary>Gives the keys to the next pane that is seen.</summary>
    public static AppState Step(AppState state, int by)
    {
        var panes = Visible(state.Layout);
        var at = panes.IndexOf(state.Layout.Focus);
        return Focus(state, panes[((at < 0 ? 0 : at) + by + panes.Count) % panes.Count]);
    }

    /// <summary>Whether a pane is seen.</summary>
    public static bool IsVisible(LayoutState layout, PaneName pane)
    {
        if (layout.IsZoomed)
            return pane == layout.Focus;
        return pane switch
        {
            PaneName.Profiles => layout.IsNarrow ? layout.Focus == pane : !layout.IsProfilesHidden,
            PaneName.Topics => layout.IsNarrow ? layout.Focus == pane : !layout.IsTopicsHidden,
            PaneName.Inspector => !layout.IsInspectorHidden,
            _ => true,
        };
    }

    // Tab also walks through the drawers of a narrow screen, which open as it comes to them.
    private static List<PaneName> Visible(LayoutState layout) =>
        [.. Enum.GetValues<PaneName>().Where(pane => layout.IsNarrow || layout.IsZoomed || IsVisible(layout, pane))];

    private static LayoutState Show(LayoutState layout, PaneName pane) =>
        pane switch
        {
            PaneName.Profiles => layout with { IsProfilesHidden = false },
            PaneName.Topics => layout with { IsTopicsHidden = false },
            PaneName.Inspector => layout with { IsInspectorHidden = false },
            _ => layout,
        };

    private static LayoutState Hide(LayoutState layout, PaneName pane) =>
        pane switch
        {
            PaneName.Profiles => layout with { IsProfilesHidden = true },
            PaneName.Topics => layout with { IsTopicsHidden = true },
            PaneName.Inspector => layout with { IsInspectorHidden = true },
            _ => layout,
        };
}
