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
        var columns = Columns(browse);
        _list = new Box(box.X + 1, box.Y + 2, box.Width - 2, box.Height - 3);
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
                Row(canvas.Glyphs, browse, at, columns),
                at == browse.Selected ? Ground.Selected : Ground.Plain
            );
        }

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

    private void PaintHead(Canvas canvas, BrowseState browse, IReadOnlyList<(string Label, int Width)> columns)
    {
        var line = new StyledLine().Add(
            "   " + (browse.Nodes.Count > 0 ? browse.Nodes[0].Kind : "").PadRight(NameWidth(columns)),
            Tone.Dim
        );
        foreach (var (label, width) in columns)
            line.Add(" " + TextWidth.Cut(label, width).PadRight(width), Tone.Dim);
        canvas.Write(_list.X, _list.Y - 1, _list.Width, line);
    }

    private StyledLine Row(Glyphs glyphs, BrowseState browse, int at, IReadOnlyList<(string Label, int Width)> columns)
    {
        var node = browse.Nodes[at];
        var nameWidth = NameWidth(columns);
        var name = TextWidth.Cut(SafeText.Line(node.Name, 300), nameWidth);
        var line = new StyledLine()
            .Add($" {(node.HasChildren ? glyphs.Folded : " ")} ", Tone.Dim)
            .Add(name + new string(' ', nameWidth - TextWidth.Of(name)), Tone.Topic);
        foreach (var (label, width) in columns)
        {
            var value = TextWidth.Cut(
                SafeText.Line(node.Facts.FirstOrDefault(fact => fact.Label == label)?.Value ?? "", 300),
                width
            );
            line.Add(" " + value + new string(' ', width - TextWidth.Of(value)));
        }

        return line;
    }

    private int NameWidth(IReadOnlyList<(string Label, int Width)> columns) =>
        Math.Max(12, _list.Width - 4 - columns.Sum(column => column.Width + 1));

    // Widths follow what is there, as far as a row of the screen allows.
    private static List<(string Label, int Width)> Columns(BrowseState browse)
    {
        var columns = new List<(string, int)>();
        var labels = browse
            .Nodes.Take(200)
            .SelectMany(node => node.Facts)
            .GroupBy(fact => fact.Label, StringComparer.Ordinal);
        foreach (var group in labels.Take(6))
            columns.Add(
                (group.Key, Math.Clamp(group.Max(fact => Math.Max(fact.Value.Length, fact.Label.Length)), 4, 34))
            );
        return columns;
    }
}
