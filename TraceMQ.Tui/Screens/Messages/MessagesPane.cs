using System.Globalization;
using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Payloads;
using TraceMQ.Tui.Screens.Menu;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Messages;

/// <summary>The message list.</summary>
internal sealed class MessagesPane : IPane
{
    private readonly Scroll _scroll = new();
    private readonly RowData _row = new();
    private readonly RowData _above = new();
    private readonly StyledLine _line = new();
    private Box _list;
    private long _topId;
    private long _shownId;
    private bool _isWheeled;

    /// <inheritdoc/>
    public void Paint(Canvas canvas, Box box, AppState state, bool hasKeys)
    {
        canvas.Border(
            box,
            MessagesTitle.Left(state, hasKeys),
            MessagesTitle.Right(state),
            hasKeys ? Tone.Accent : Tone.Dim
        );
        _list = box.Inner;
        var rows = state.Store.Rows;
        Place(state, rows);
        if (rows.Count == 0)
            PaintEmpty(canvas, state);
        for (var y = 0; y < _list.Height && _scroll.Top + y < rows.Count; y++)
            PaintRow(canvas, state, rows, _scroll.Top + y, _list.Y + y, hasKeys);
        canvas.Thumb(_list, rows.Count, _scroll.Top);
    }

    /// <inheritdoc/>
    public AppEvent? Do(string command, AppState state)
    {
        var rows = state.Store.Rows;
        if (rows.Count == 0)
            return null;
        _isWheeled = false;
        if (command == "last")
            return new AppEvent.MessageSelected(rows.IdAt(rows.Count - 1), IsFollowing: true);
        return _scroll.Move(command, Position(rows, state.Messages.SelectedId)) is { } row
            ? new AppEvent.MessageSelected(rows.IdAt(row), IsFollowing: false)
            : null;
    }

    /// <inheritdoc/>
    public AppEvent? Mouse(MouseAction mouse, AppState state)
    {
        var rows = state.Store.Rows;
        if (_scroll.Wheel(mouse))
        {
            _isWheeled = true;
            _topId = rows.Count == 0 ? 0 : rows.IdAt(_scroll.Top);
            return state.Messages is { IsFollowing: true, SelectedId: not 0 }
                ? new AppEvent.MessageSelected(state.Messages.SelectedId, IsFollowing: false)
                : null;
        }

        var row = _scroll.Top + mouse.Y - _list.Y;
        if (row < 0 || row >= rows.Count || !_list.Contains(mouse.X, mouse.Y))
            return null;
        var id = rows.IdAt(row);
        if (mouse.Kind == MouseKind.DoubleClick)
            return new AppEvent.CommandChosen("open");
        return mouse.Kind == MouseKind.RightClick && id == state.Messages.SelectedId
            ? new MenuAsked(mouse.X, mouse.Y)
            : new AppEvent.MessageSelected(id, IsFollowing: false);
    }

    /// <summary>The row of a message, or the one nearest to where it was.</summary>
    public static long Position(IMessageRows rows, long id)
    {
        var row = rows.RowOf(id);
        return Math.Clamp(row < 0 ? ~row : row, 0, Math.Max(0, rows.Count - 1));
    }

    // While it does not follow, the list stands on a message, not on a number: rows that leave at the front or come at the end move nothing.
    private void Place(AppState state, IMessageRows rows)
    {
        _scroll.Fit(rows.Count, _list.Height);
        if (rows.Count == 0)
            return;
        if (state.Messages.IsFollowing)
        {
            _isWheeled = false;
            _scroll.Top = Math.Max(0, rows.Count - _list.Height);
        }
        else
        {
            _scroll.Top = Position(rows, _topId);
            _scroll.Fit(rows.Count, _list.Height);
            if (_shownId != state.Messages.SelectedId || !_isWheeled)
                _scroll.Show(Position(rows, state.Messages.SelectedId));
        }

        _shownId = state.Messages.SelectedId;
        _topId = rows.IdAt(_scroll.Top);
    }

    private void PaintRow(Canvas canvas, AppState state, IMessageRows rows, long row, int y, bool hasKeys)
    {
        var id = rows.IdAt(row);
        if (!state.Store.View.TryReadRow(id, PayloadPreview.Bytes, _row))
            return;
        var isSelected = id == state.Messages.SelectedId;
        var ground =
            !isSelected ? Ground.Plain
            : hasKeys ? Ground.Selected
            : Ground.Remembered;
        var connection = state.Connections.GetValueOrDefault(_row.Source);
        if (_row.Mark != HistoryMark.None)
        {
            PaintMark(canvas, connection, y, ground);
            return;
        }

        var isWide = _list.Width >= 84;
        _line.Clear();
        _line.Add(state.Messages.Marks.Contains(id) ? canvas.Glyphs.Mark : " ", Tone.Accent);
        WriteTime(state, rows, row, isWide);
        _line.Add(
            _row.Direction == Direction.In ? canvas.Glyphs.Incoming : canvas.Glyphs.Outgoing,
            _row.Direction == Direction.In ? Tone.Incoming : Tone.Outgoing
        );
        _line.Add(" ");
        var name = SafeText.Line(connection?.Name ?? "", 40);
        _line.Add(isWide ? Column(name, 10, canvas.Glyphs) : Initials(name), SourceTone.Of(connection)).Add(" ");
        var topicWidth = isWide ? Math.Clamp(_list.Width / 4, 18, 40) : Math.Clamp(_list.Width / 4, 14, 24);
        var prefix = isWide && _row.IsPrefixed ? Prefix(connection, topicWidth / 2, canvas.Glyphs) : "";
        _line
            .Add(prefix, Tone.Dim)
            .Add(
                Column(SafeText.Line(_row.Topic, 300), topicWidth - TextWidth.Of(prefix), canvas.Glyphs),
                isSelected ? Tone.Bright : Tone.Topic
            )
            .Add(" ");
        if (_row.Lead.Length > 0)
            _line.Add(SafeText.Line(_row.Lead, 40) + "  ", Tone.Normal);
        if (_row.Size > 0 || _row.Lead.Length == 0)
            PayloadPreview.Write(_line, _row.Preview, _row.Size, canvas.Glyphs);
        canvas.Write(_list.X, y, _list.Width, _line, ground);
        Highlight(canvas, state, y);
    }

    private void PaintMark(Canvas canvas, Connection? connection, int y, Ground ground)
    {
        var what = _row.Topic.Length == 0 ? "" : $" {SafeText.Line(_row.Topic, 60)}";
        var text = $" {SafeText.Line(connection?.Name ?? "", 40)}{what}: {MarkWords.Short(_row.Mark)} ";
        var rule = canvas.Glyphs.Horizontal;
        _line.Clear();
        _line
            .Add($"{rule}{rule}", Tone.Dim)
            .Add(
                TextWidth.Cut(text, Math.Max(0, _list.Width - 4)),
                _row.Mark == HistoryMark.Broken ? Tone.Warning : Tone.Accent
            );
        _line.Add(
            string.Concat(Enumerable.Repeat(rule, Math.Max(0, _list.Width - TextWidth.Of(_line.Plain)))),
            Tone.Dim
        );
        canvas.Write(_list.X, y, _list.Width, _line, ground);
    }

    private void WriteTime(AppState state, IMessageRows rows, long row, bool isWide)
    {
        if (state.Messages.Time == TimeColumn.Difference)
        {
            var isThere = row > 0 && state.Store.View.TryReadRow(rows.IdAt(row - 1), 0, _above);
            _line
                .Add(isThere ? $"+{SizeText.Span(_row.Time - _above.Time)}".PadLeft(8) : new string(' ', 8), Tone.Dim)
                .Add(" ");
            return;
        }

        var isSource = state.Messages.Time == TimeColumn.Source && _row.SourceTime is not null;
        var time = isSource ? _row.SourceTime!.Value : _row.Time;
        _line
            .Add(
                time.ToLocalTime().ToString(isWide ? "HH:mm:ss.fff" : "HH:mm:ss", CultureInfo.InvariantCulture),
                isSource ? Tone.Normal : Tone.Dim
            )
            .Add(" ");
    }

    private void Highlight(Canvas canvas, AppState state, int y)
    {
        if (state.Messages.FindText.Length == 0)
            return;
        var plain = _line.Plain;
        for (
            var at = plain.IndexOf(state.Messages.FindText, StringComparison.OrdinalIgnoreCase);
            at >= 0;
            at = plain.IndexOf(state.Messages.FindText, at + 1, StringComparison.OrdinalIgnoreCase)
        )
        {
            var x = TextWidth.Of(plain.AsSpan(0, at));
            var width = Math.Min(TextWidth.Of(plain.AsSpan(at, state.Messages.FindText.Length)), _list.Width - x);
            for (var cell = 0; cell < width; cell++)
                canvas.Lay(_list.X + x + cell, y, 1, canvas[_list.X + x + cell, y].Ground, Tone.Match);
        }
    }

    private void PaintEmpty(Canvas canvas, AppState state)
    {
        var lines = MessagesTitle.WhyEmpty(state, Math.Max(20, _list.Width - 4));
        var top = _list.Y + Math.Max(0, (_list.Height - lines.Count) / 2);
        for (var i = 0; i < lines.Count && top + i < _list.Bottom; i++)
        {
            var width = TextWidth.Of(lines[i].Plain);
            canvas.Write(
                _list.X + Math.Max(0, (_list.Width - width) / 2),
                top + i,
                Math.Min(width, _list.Width),
                lines[i]
            );
        }
    }

    // Where it is long it must not hide the topic: that there is one is all that is said then.
    private static string Prefix(Connection? connection, int most, Glyphs glyphs)
    {
        var whole = SafeText.Line(connection?.TopicPrefix ?? "", 300);
        return TextWidth.Of(whole) <= most ? whole : glyphs.More;
    }

    private static string Column(string text, int width, Glyphs glyphs)
    {
        var cut = TextWidth.Cut(text, width, glyphs.More);
        return cut + new string(' ', width - TextWidth.Of(cut));
    }

    private static string Initials(string name)
    {
        var words = name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var initials =
            words.Length >= 2 ? $"{words[0][0]}{words[1][0]}"
            : name.Length >= 2 ? name[..2]
            : name.PadRight(2);
        var cut = TextWidth.Cut(initials, 2);
        return cut + new string(' ', 2 - TextWidth.Of(cut));
    }
}
