using System.Globalization;
using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Payloads;
using TraceMQ.Tui.Screens.Messages;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Inspector;

/// <summary>The message inspector: payload with the properties beside it, difference, history.</summary>
internal sealed class InspectorPane : IPane
{
    private readonly Scroll _scroll = new();
    private readonly StyledLine _line = new();
    private (PayloadDocument Document, FoldState Folds, IReadOnlyList<int> Lines)? _visible;
    private (long Id, InspectorTab Tab) _shown;
    private long _cursor;
    private int _left;
    private Box _text;

    /// <inheritdoc/>
    public void Paint(Canvas canvas, Box box, AppState state, bool hasKeys)
    {
        canvas.Border(box, Tabs(state, hasKeys), About(state), hasKeys ? Tone.Accent : Tone.Dim);
        _text = new Box(box.X + 2, box.Y + 1, box.Width - 4, box.Height - 2);
        if (state.Opened is not { } opened)
            return;
        if (_shown != (opened.Stored.Id, state.Inspector.Tab))
        {
            _shown = (opened.Stored.Id, state.Inspector.Tab);
            _scroll.Top = 0;
            _cursor = 0;
            _left = 0;
        }

        switch (state.Inspector.Tab)
        {
            case InspectorTab.Properties:
                PaintLines(canvas, _text, Properties.Of(state, opened, _text.Width), hasKeys);
                break;
            case InspectorTab.Diff:
                PaintLines(canvas, _text, Difference(opened), hasKeys);
                break;
            case InspectorTab.History:
                PaintLines(canvas, _text, History(canvas.Glyphs, opened), hasKeys);
                break;
            default:
                PaintPayload(canvas, state, opened, hasKeys);
                break;
        }
    }

    /// <inheritdoc/>
    public AppEvent? Do(string command, AppState state)
    {
        if (
            command is "left" or "right"
            && state.Inspector.Tab == InspectorTab.Payload
            && Line(state) is { } line
            && state.Opened is { } open
        )
        {
            var isFolded = state.Inspector.Folds.IsFolded(open.Document, line);
            if (open.Document.EndOf(line) != line && isFolded == (command == "right"))
                return new FoldToggled(line);
        }

        switch (command)
        {
            case "left":
                _left = Math.Max(0, _left - 8);
                return null;
            case "right":
                _left += 8;
                return null;
            case "toggle-fold":
                return Enter(state);
        }

        if (_scroll.Move(command, _cursor) is { } row)
            _cursor = row;
        return null;
    }

    /// <inheritdoc/>
    public AppEvent? Mouse(MouseAction mouse, AppState state)
    {
        if (_scroll.Wheel(mouse))
        {
            _cursor = Math.Clamp(_cursor, _scroll.Top, _scroll.Top + _scroll.Height - 1);
            return null;
        }

        if (!_text.Contains(mouse.X, mouse.Y))
            return null;
        var row = _scroll.Top + mouse.Y - _text.Y;
        var isSame = row == _cursor;
        _cursor = Math.Min(row, Math.Max(0, _scroll.Count - 1));
        return isSame || mouse.Kind == MouseKind.DoubleClick ? Enter(state) : null;
    }

    private AppEvent? Enter(AppState state)
    {
        if (state.Opened is not { } opened)
            return null;
        if (state.Inspector.Tab == InspectorTab.History && _cursor < opened.History.Count)
            return new AppEvent.MessageSelected(opened.History[(int)_cursor].Id, IsFollowing: false);
        return state.Inspector.Tab == InspectorTab.Payload && Line(state) is { } line ? new FoldToggled(line) : null;
    }

    private int? Line(AppState state)
    {
        if (state.Opened is not { } opened)
            return null;
        var lines = Visible(opened.Document, state.Inspector.Folds);
        return _cursor < lines.Count ? lines[(int)_cursor] : null;
    }

    private void PaintPayload(Canvas canvas, AppState state, OpenedMessage opened, bool hasKeys)
    {
        if (opened.Stored.Message.Mark is var mark && mark != HistoryMark.None)
        {
            List<StyledLine> words =
            [
                .. LineWrap.Of(MarkWords.Long(mark), _text.Width).Select(part => StyledLine.Of(part)),
                StyledLine.Of(""),
                .. Properties.Of(state, opened, _text.Width),
            ];
            PaintLines(canvas, _text, words, hasKeys);
            return;
        }

        // A dump in hex is of no use without its right half.
        var besides = _text.Width >= (opened.Document.Format == "hex" ? 120 : 84);
        var room = besides ? _text with { Width = _text.Width - Properties.Width - 2 } : _text;
        if (besides)
        {
            var properties = Properties.Of(state, opened, Properties.Width);
            for (var i = 0; i < properties.Count && i < _text.Height; i++)
                canvas.Write(room.Right + 2, _text.Y + i, Properties.Width, properties[i]);
        }

        var summary = besides ? null : Properties.Summary(opened);
        if (summary is not null && room.Height > 3)
        {
            room = room with { Height = room.Height - 1 };
            canvas.Write(room.X, room.Bottom, room.Width, summary);
        }

        if (opened.Document.LineCount == 0)
        {
            canvas.Write(room.X, room.Y, room.Width, StyledLine.Of("empty payload", Tone.Dim));
            _scroll.Fit(0, room.Height);
            return;
        }

        var document = opened.Document;
        var lines = Visible(document, state.Inspector.Folds);
        Fit(lines.Count, room.Height);
        for (var y = 0; y < room.Height && _scroll.Top + y < lines.Count; y++)
        {
            var at = lines[(int)_scroll.Top + y];
            document.Write(at, state.Inspector.Folds.IsFolded(document, at), canvas.Glyphs, _line.Clear());
            WriteLine(canvas, room, y, _line, hasKeys && _scroll.Top + y == _cursor, state.Messages.FindText);
        }

        canvas.Thumb(room with { Width = room.Width + (besides ? 0 : 1) }, lines.Count, _scroll.Top);
    }

    private void PaintLines(Canvas canvas, Box room, IReadOnlyList<StyledLine> lines, bool hasKeys)
    {
        Fit(lines.Count, room.Height);
        for (var y = 0; y < room.Height && _scroll.Top + y < lines.Count; y++)
            WriteLine(canvas, room, y, lines[(int)_scroll.Top + y], hasKeys && _scroll.Top + y == _cursor, find: "");
        canvas.Thumb(room with { Width = room.Width + 1 }, lines.Count, _scroll.Top);
    }

    private void Fit(int count, int height)
    {
        _scroll.Fit(count, height);
        _cursor = Math.Clamp(_cursor, 0, Math.Max(0, count - 1));
        _scroll.Show(_cursor);
    }

    private void WriteLine(Canvas canvas, Box room, int y, StyledLine line, bool isCursor, string find)
    {
        var shown = _left == 0 ? line : Shifted(line, _left);
        canvas.Write(room.X, room.Y + y, room.Width, shown, isCursor ? Ground.Selected : Ground.Plain);
        if (find.Length == 0)
            return;
        var plain = shown.Plain;
        for (
            var at = plain.IndexOf(find, StringComparison.OrdinalIgnoreCase);
            at >= 0;
            at = plain.IndexOf(find, at + 1, StringComparison.OrdinalIgnoreCase)
        )
        {
            var x = TextWidth.Of(plain.AsSpan(0, at));
            canvas.Lay(
                room.X + x,
                room.Y + y,
                Math.Min(find.Length, Math.Max(0, room.Width - x)),
                isCursor ? Ground.Selected : Ground.Plain,
                Tone.Match
            );
        }
    }

    private static StyledLine Shifted(StyledLine line, int by)
    {
        var shifted = new StyledLine();
        foreach (var span in line.Spans)
        {
            var cut = TextWidth.Cut(span.Text, by);
            by -= TextWidth.Of(cut);
            shifted.Add(span.Text[cut.Length..], span.Tone);
        }

        return shifted;
    }

    private IReadOnlyList<int> Visible(PayloadDocument document, FoldState folds)
    {
        if (_visible is not { } visible || visible.Document != document || visible.Folds != folds)
            _visible = visible = (document, folds, folds.VisibleLines(document));
        return visible.Lines;
    }

    private static StyledLine Tabs(AppState state, bool hasKeys)
    {
        var line = new StyledLine();
        foreach (var tab in Enum.GetValues<InspectorTab>())
        {
            if (tab == InspectorTab.Diff && state.Inspector.Opened?.Difference is null)
                continue;
            if (line.Spans.Count > 0)
                line.Add("  ");
            var isShown = tab == state.Inspector.Tab;
            line.Add(tab.ToString(), isShown ? (hasKeys ? Tone.Bright : Tone.Normal) : Tone.Dim);
        }

        return line;
    }

    private static StyledLine About(AppState state)
    {
        if (state.Opened is not { } opened)
            return new StyledLine();
        if (opened.Stored.Message.Mark != HistoryMark.None)
            return StyledLine.Of("history", Tone.Dim);
        var line = StyledLine.Of(opened.Document.Format, Tone.Dim);
        if (state.Inspector.Choice.Format is not null)
            line.Add(" chosen", Tone.Accent);
        line.Add($" · {SizeText.Of(opened.Stored.OriginalSize)}", Tone.Dim);
        if (opened.Stored.IsCut)
            line.Add($" · cut to {SizeText.Of(opened.Stored.Message.Payload.Length)}", Tone.Warning);
        if (opened.Document.Note.Length > 0)
            line.Add($" · {opened.Document.Note}", Tone.Warning);
        return line;
    }

    private static List<StyledLine> Difference(OpenedMessage opened)
    {
        var lines = new List<StyledLine> { StyledLine.Of(opened.Compared, Tone.Dim) };
        foreach (var line in opened.Difference ?? [])
        {
            var tone = line.Change switch
            {
                '+' => Tone.Good,
                '-' => Tone.Error,
                '!' => Tone.Warning,
                _ => Tone.Dim,
            };
            lines.Add(StyledLine.Of($"{line.Change} {line.Text}", tone));
        }

        return lines;
    }

    private static List<StyledLine> History(Glyphs glyphs, OpenedMessage opened)
    {
        var lines = new List<StyledLine>();
        foreach (var row in opened.History)
        {
            var line = new StyledLine()
                .Add(row.Id == opened.Stored.Id ? glyphs.Folded + " " : "  ", Tone.Accent)
                .Add(row.Time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture) + "  ", Tone.Dim);
            PayloadPreview.Write(line, row.Beginning, row.Size, glyphs);
            lines.Add(line);
        }

        return lines;
    }
}

/// <summary>A line of the payload was folded or unfolded.</summary>
internal sealed record FoldToggled(int Line) : ScreenEvent
{
    /// <inheritdoc/>
    public override Transition Apply(AppState state) =>
        state with
        {
            Inspector = state.Inspector with { Folds = state.Inspector.Folds.Toggle(Line) },
        };
}
