using TraceMQ.Transport.Browsing;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Browse;

/// <summary>Paints a table of nodes: a kind's facts are its columns.</summary>
internal sealed class BrowseScreen : IOverlayScreen
{
    private readonly Scroll _scroll = new();
    private Box _list;

    /// <inheritdoc/>
    public void Paint(Canvas canvas, AppState state, Overlay overlay)
    {
        var browse = (BrowseState)overlay;
        var box = new Box(0, 1, canvas.Width, canvas.Height - 2);
        canvas.Fill(box, Ground.Plain);
        var trail = string.Join(" / ", browse.Trail.Reverse().Select(node => SafeText.Line(node.Name, 60)));
        var left = StyledLine.Of("Browse ", Tone.Bright).Add(SafeText.Line(browse.Name, 40), Tone.Source);
        if (trail.Length > 0)
            left.Add(" / ", Tone.Dim).Add(trail, Tone.Topic);
        var right = StyledLine.Of($"{browse.Nodes.Count + browse.Omitted}", Tone.Dim);
        if (!browse.IsDone)
            right.Add(" · live", Tone.Dim);
        canvas.Border(box, left, right, Tone.Accent);
        var columns = BrowseColumns.Of(browse.Nodes, box.Width - 2);
        _list = new Box(box.X + 1, box.Y + 2, box.Width - 2, box.Height - (columns.Hidden.Count > 0 ? 4 : 3));
        PaintHead(canvas, browse, columns);
        _scroll.Fit(browse.Nodes.Count, _list.Height);
        _scroll.Show(browse.Selected);
        if (browse.Nodes.Count == 0)
            canvas.Write(_list.X + 1, _list.Y, browse.IsDone ? "nothing here" : "waiting for the peer…", Tone.Dim);
        for (var y = 0; y < _list.Height && _scroll.Top + y < browse.Nodes.Count; y++)
        {
            var at = (int)_scroll.Top + y;
            canvas.Write(
                _list.X,
                _list.Y + y,
                _list.Width,
                Row(canvas.Glyphs, browse.Nodes[at], columns),
                at == browse.Selected ? Ground.Selected : Ground.Plain
            );
        }

        PaintRest(canvas, browse.Current, columns);
        canvas.Thumb(_list, browse.Nodes.Count, _scroll.Top);
    }

    /// <inheritdoc/>
    public AppEvent? Key(KeyPress key, string? command, AppState state, Overlay overlay) =>
        command is not null && _scroll.Move(command, ((BrowseState)overlay).Selected) is { } row
            ? new NodeSelected((int)row)
            : null;

    /// <inheritdoc/>
    public AppEvent? Mouse(MouseAction mouse, AppState state, Overlay overlay)
    {
        if (_scroll.Wheel(mouse) || !_list.Contains(mouse.X, mouse.Y))
            return null;
        var at = (int)_scroll.Top + mouse.Y - _list.Y;
        return at == ((BrowseState)overlay).Selected ? new AppEvent.CommandChosen("browse-open") : new NodeSelected(at);
    }

    private void PaintHead(Canvas canvas, BrowseState browse, BrowseColumns columns)
    {
        var kind = browse.Nodes.Count > 0 ? browse.Nodes[0].Kind : "";
        var line = new StyledLine().Add("   " + Cell(kind, columns.NameWidth, canvas.Glyphs), Tone.Dim);
        foreach (var (label, width) in columns.Shown)
            line.Add(" " + Cell(label, width, canvas.Glyphs), Tone.Dim);
        canvas.Write(_list.X, _list.Y - 1, _list.Width, line);
    }

    private static StyledLine Row(Glyphs glyphs, Node node, BrowseColumns columns)
    {
        var line = new StyledLine()
            .Add($" {(node.HasChildren ? glyphs.Folded : " ")} ", Tone.Dim)
            .Add(Cell(SafeText.Line(node.Name, 300), columns.NameWidth, glyphs), Tone.Topic);
        foreach (var (label, width) in columns.Shown)
            line.Add(" " + Cell(SafeText.Line(node.FactOf(label), 300), width, glyphs));
        return line;
    }

    // What found no room as a column is told of the selected row.
    private void PaintRest(Canvas canvas, Node? node, BrowseColumns columns)
    {
        if (node is null || columns.Hidden.Count == 0)
            return;
        var line = new StyledLine().Add(" ");
        foreach (var label in columns.Hidden)
            line.Add($"{label} ", Tone.Dim).Add(SafeText.Line(node.FactOf(label), 200) + "   ");
        canvas.Write(_list.X, _list.Bottom, _list.Width, line);
    }

    private static string Cell(string text, int width, Glyphs glyphs)
    {
        var cut = TextWidth.Cut(text, width, glyphs.More);
        return cut + new string(' ', width - TextWidth.Of(cut));
    }
}
