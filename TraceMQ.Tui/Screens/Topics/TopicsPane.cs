using TraceMQ.Tui.Core;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Screens.Menu;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Topics;

/// <summary>The topics of the connections, as a tree or flat.</summary>
internal sealed class TopicsPane : IPane
{
    private static readonly TimeSpan s_old = TimeSpan.FromSeconds(10);

    private readonly Scroll _scroll = new();
    private readonly TopicTree _tree;
    private readonly TopicLayout _layout;
    private readonly StyledLine _line = new();
    private TopicRows _rows = new(0, 0, []);
    private TopicQuery _query = new();
    private TopicBranch? _shown;
    private Box _list;
    private bool _isWheeled;

    public TopicsPane(TopicTree tree)
    {
        _tree = tree;
        _layout = new TopicLayout(tree);
    }

    /// <inheritdoc/>
    public void Paint(Canvas canvas, Box box, AppState state, bool hasKeys)
    {
        var left = StyledLine.Of("Topics", hasKeys ? Tone.Bright : Tone.Dim);
        if (state.Topics.Sort != TopicSort.Name || state.Topics.IsFlat)
            left.Add(
                $" by {state.Topics.Sort.ToString().ToLowerInvariant()}{(state.Topics.IsFlat ? ", flat" : "")}",
                Tone.Dim
            );
        canvas.Border(
            box,
            left,
            StyledLine.Of(SizeText.Count(_tree.TopicCount), Tone.Dim),
            hasKeys ? Tone.Accent : Tone.Dim
        );
        _list = box.Inner;
        Load(state);
        for (var y = 0; y < _rows.Rows.Count && y < _list.Height; y++)
        {
            var row = _rows.Rows[y];
            var isSelected = row.Branch == Selected(state);
            WriteRow(canvas.Glyphs, state, row, isSelected && hasKeys);
            canvas.Write(
                _list.X,
                _list.Y + y,
                _list.Width,
                _line,
                isSelected && hasKeys ? Ground.Selected : Ground.Plain
            );
        }

        canvas.Thumb(_list, _rows.Count, _scroll.Top);
    }

    /// <inheritdoc/>
    public AppEvent? Do(string command, AppState state)
    {
        if (Row(state) is not { } row)
            return null;
        _isWheeled = false;
        switch (command)
        {
            case "fold" when row.HasChildren:
                return new BranchFolded(row.Branch, !row.IsExpanded);
            case "right" when row is { HasChildren: true, IsExpanded: false }:
                return new BranchFolded(row.Branch, IsExpanded: true);
            case "left" when row.IsExpanded:
                return new BranchFolded(row.Branch, IsExpanded: false);
            case "left" when Parent(row.Branch) is { } parent && _layout.RowOf(parent) >= 0:
                return new AppEvent.TopicRowSelected(parent);
            case "scope" or "exclude-branch":
                return Chosen(state, row, isExcluded: command == "exclude-branch");
        }

        if (_scroll.Move(command, Math.Max(0, _layout.RowOf(row.Branch))) is not { } at)
            return null;
        var moved = _layout.Rows(Query(state), state.Now, (int)at, 1).Rows;
        return moved.Count == 0 ? null : new AppEvent.TopicRowSelected(moved[0].Branch);
    }

    /// <inheritdoc/>
    public AppEvent? Mouse(MouseAction mouse, AppState state)
    {
        if (_scroll.Wheel(mouse))
        {
            _isWheeled = true;
            return null;
        }

        var at = mouse.Y - _list.Y;
        if (at < 0 || at >= _rows.Rows.Count)
            return null;
        var row = _rows.Rows[at];
        if (mouse.Kind == MouseKind.RightClick && row.Branch == state.Topics.Selected)
            return new MenuAsked(mouse.X, mouse.Y);
        if (row.Branch != state.Topics.Selected || mouse.Kind == MouseKind.RightClick)
            return new AppEvent.TopicRowSelected(row.Branch);
        return row.HasChildren ? new BranchFolded(row.Branch, !row.IsExpanded) : Chosen(state, row, isExcluded: false);
    }

    private void Load(AppState state)
    {
        var query = Query(state);
        _rows = _layout.Rows(query, state.Now, (int)_scroll.Top, _list.Height);
        _scroll.Fit(_rows.Count, _list.Height);
        var selected = Selected(state);
        var at = selected is { } branch ? _layout.RowOf(branch) : -1;
        if (at >= 0 && (selected != _shown || !_isWheeled))
            _scroll.Show(at);
        _shown = selected;
        if (_rows.First != (int)_scroll.Top)
            _rows = _layout.Rows(query, state.Now, (int)_scroll.Top, _list.Height);
    }

    private TopicBranch? Selected(AppState state) =>
        state.Topics.Selected is { } selected && _layout.RowOf(selected) >= 0 ? selected
        : _rows.Rows.Count > 0 ? _rows.Rows[0].Branch
        : null;

    // What was painted last may be gone already: the topics are cleared beside the screen.
    private TopicRow? Row(AppState state)
    {
        var at = Selected(state) is { } selected ? Math.Max(0, _layout.RowOf(selected)) : 0;
        var rows = _layout.Rows(Query(state), state.Now, at, 1).Rows;
        return rows.Count > 0 ? rows[0] : null;
    }

    // The same instance as long as nothing changed: the layout builds its rows anew for another one.
    private TopicQuery Query(AppState state)
    {
        var topics = state.Topics;
        var source = state.Messages.Scope.Source;
        if (
            _query.Sort != topics.Sort
            || _query.IsFlat != topics.IsFlat
            || _query.Source != source
            || !ReferenceEquals(_query.Expanded, topics.Expanded)
        )
        {
            _query = new TopicQuery
            {
                Sort = topics.Sort,
                IsFlat = topics.IsFlat,
                Expanded = topics.Expanded,
                Source = source,
            };
        }

        return _query;
    }

    private static AppEvent Chosen(AppState state, TopicRow row, bool isExcluded)
    {
        if (row.Branch.Path is not { } path)
            return new AppEvent.Told(
                StatusLevel.Information,
                "choose a topic or a branch; Enter on a profile shows one connection"
            );
        var separator = row.HasChildren ? state.Connections[row.Branch.Source].Transport.Topics.Separator : null;
        return new TopicChosen(new TopicScope(row.Branch.Source, row.Topic ?? path, separator), isExcluded);
    }

    private TopicBranch? Parent(TopicBranch branch)
    {
        var row = _rows.Rows.FirstOrDefault(candidate => candidate.Branch == branch);
        if (row is null || row.Depth == 0)
            return null;
        return _rows
            .Rows.TakeWhile(candidate => candidate.Branch != branch)
            .LastOrDefault(candidate => candidate.Depth < row.Depth)
            ?.Branch;
    }

    private void WriteRow(Glyphs glyphs, AppState state, TopicRow row, bool isSelected)
    {
        _line.Clear();
        var right = Right(glyphs, row);
        var indent = Math.Min(row.Depth, 10) * 2;
        var mark = row.HasChildren ? (row.IsExpanded ? glyphs.Unfolded : glyphs.Folded) : " ";
        var name = Name(state, row);
        var room = Math.Max(3, _list.Width - indent - 4 - right.Sum(span => TextWidth.Of(span.Text)));
        var cut = TextWidth.Of(name) <= room ? name : TextWidth.Cut(name, room - 1) + glyphs.More;
        _line.Add(new string(' ', indent + 1)).Add(mark + " ", Tone.Dim);
        _line.Add(
            cut,
            isSelected ? Tone.Bright
                : row.IsSource ? Tone.Source
                : row.Topic is null ? Tone.Normal
                : Tone.Topic
        );
        _line.Add(new string(' ', Math.Max(1, room - TextWidth.Of(cut) + 1)));
        foreach (var span in right)
            _line.Add(span.Text, span.Tone);
    }

    private static string Name(AppState state, TopicRow row)
    {
        if (row.IsSource)
            return SafeText.Line(state.Connections[row.Branch.Source].Name, 100);
        if (row.IsOverflow)
            return "more topics than are told apart";
        if (row.Topic is { Length: 0 })
            return "all that comes";
        return row.Name.Length == 0 ? "(empty)" : SafeText.Line(row.Name, 200);
    }

    private List<Span> Right(Glyphs glyphs, TopicRow row)
    {
        var spans = new List<Span>();
        var isRoomy = _list.Width >= 27;
        if (row.IsRetained)
            spans.Add(new Span("R ", Tone.Warning));
        if (row.Topic is not null && !row.HasChildren && isRoomy)
        {
            var value = TopicValue.Of(row.LastPayload, row.LastSize);
            if (value.Text.Length > 0)
                spans.Add(new Span(TextWidth.Cut(value.Text, 9) + " ", value.Tone));
        }
        else if (row.HasChildren && isRoomy && row.Rate > 0)
        {
            spans.Add(new Span(Bars(glyphs, row.Spark) + " ", Tone.Good));
        }

        var age = row.Age is { } since && since >= s_old ? SizeText.Span(Coarse(since)) : "";
        spans.Add(
            new Span(
                (
                    row.Rate >= 0.05 ? Rate(row.Rate)
                    : age.Length > 0 ? age
                    : glyphs.Nothing
                ).PadLeft(6),
                Tone.Dim
            )
        );
        return spans;
    }

    // An age that changed each second would keep a quiet terminal busy.
    private static TimeSpan Coarse(TimeSpan age) =>
        age.TotalSeconds < 60 ? TimeSpan.FromSeconds(Math.Floor(age.TotalSeconds / 10) * 10) : age;

    private static string Rate(double rate) =>
        rate >= 10
            ? $"{SizeText.Count((long)rate)}/s"
            : $"{rate.ToString("0.#", System.Globalization.CultureInfo.InvariantCulture)}/s";

    private static string Bars(Glyphs glyphs, IReadOnlyList<int> spark)
    {
        // The running second is not full yet: it would always look like a drop.
        var seconds = spark.Take(spark.Count - 1).TakeLast(6).ToArray();
        var highest = Math.Max(1, seconds.Max());
        return string.Concat(seconds.Select(count => glyphs.Bars[count == 0 ? 0 : 1 + (count * 7 / highest)]));
    }
}
