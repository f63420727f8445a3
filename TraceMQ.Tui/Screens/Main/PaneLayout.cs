using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Profiles;
using TraceMQ.Tui.Terminal;

namespace TraceMQ.Tui.Screens.Main;

/// <summary>Where each pane is, between the header and the footer.</summary>
internal static class PaneLayout
{
    private const int SideWidth = 32;
    private const int DrawerWidth = 44;

    /// <summary>The panes that are seen, in the order in which they are painted: a drawer comes last, over the list.</summary>
    public static IReadOnlyList<(PaneName Name, Box Box)> Of(AppState state, int width, int height)
    {
        var layout = state.Layout;
        var whole = new Box(0, 1, width, height - 2);
        if (layout.IsZoomed)
            return [(layout.Focus, whole)];
        var panes = new List<(PaneName, Box)>();
        var isSide =
            !layout.IsNarrow
            && (LayoutUpdate.IsVisible(layout, PaneName.Profiles) || LayoutUpdate.IsVisible(layout, PaneName.Topics));
        var sideWidth = isSide ? Math.Clamp(width / 4, SideWidth, 44) : 0;
        if (isSide)
            panes.AddRange(Side(state, whole with { Width = sideWidth }));
        var main = new Box(sideWidth, whole.Y, width - sideWidth, whole.Height);
        if (LayoutUpdate.IsVisible(layout, PaneName.Inspector))
        {
            var listHeight = Math.Clamp(main.Height * 58 / 100, 5, main.Height - 5);
            panes.Add((PaneName.Messages, main with { Height = listHeight }));
            panes.Add((PaneName.Inspector, new Box(main.X, main.Y + listHeight, main.Width, main.Height - listHeight)));
        }
        else
        {
            panes.Add((PaneName.Messages, main));
        }

        if (layout.IsNarrow && layout.Focus is (PaneName.Profiles or PaneName.Topics))
            panes.Add((layout.Focus, whole with { Width = Math.Min(DrawerWidth, width - 10) }));
        return panes;
    }

    private static IEnumerable<(PaneName, Box)> Side(AppState state, Box side)
    {
        var hasProfiles = LayoutUpdate.IsVisible(state.Layout, PaneName.Profiles);
        var hasTopics = LayoutUpdate.IsVisible(state.Layout, PaneName.Topics);
        if (!hasTopics)
            return [(PaneName.Profiles, side)];
        if (!hasProfiles)
            return [(PaneName.Topics, side)];
        var profiles = Math.Clamp(ProfilesPane.WantedHeight(state) + 2, 4, side.Height / 2);
        return
        [
            (PaneName.Profiles, side with { Height = profiles }),
            (PaneName.Topics, new Box(side.X, side.Y + profiles, side.Width, side.Height - profiles)),
        ];
    }
}
