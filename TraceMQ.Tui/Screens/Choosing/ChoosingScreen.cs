using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Choosing;

/// <summary>Paints the palette and the menus.</summary>
internal sealed class ChoosingScreen : IOverlayScreen
{
    private readonly Scroll _scroll = new();
    private readonly TextEditor _query = new(hasLines: false);
    private Box _list;

    /// <inheritdoc/>
    public void Paint(Canvas canvas, AppState state, Overlay overlay)
    {
        var choosing = (ChoosingState)overlay;
        _query.Set(choosing.Query);
        var shown = choosing.Shown;
        var head = choosing.HasQuery ? 1 : 0;
        var width = Math.Min(choosing.HasQuery ? 84 : 64, canvas.Width - 4);
        var height = Math.Clamp(
            (choosing.HasQuery ? Math.Min(choosing.All.Count, 18) : shown.Count) + 2 + head,
            4,
            canvas.Height - 2
        );
        var box = Place(canvas, choosing, width, height);
        canvas.Fill(box, Ground.Dialog);
        canvas.Border(
            box,
            StyledLine.Of(choosing.Title, Tone.Bright),
            StyledLine.Of($"{shown.Count}", Tone.Dim),
            Tone.Accent,
            Ground.Dialog
        );
        if (choosing.HasQuery)
            FieldPainter.PaintTyped(
                canvas,
                new Box(box.X + 2, box.Y + 1, box.Width - 4, 1),
                _query.Text,
                _query.Caret,
                hasKeys: true,
                Tone.Normal,
                Ground.Field
            );
        _list = new Box(box.X + 1, box.Y + 1 + head, box.Width - 2, box.Height - 2 - head);
        _scroll.Fit(shown.Count, _list.Height);
        _scroll.Show(choosing.Selected);
        var keys = shown.Count == 0 ? 0 : shown.Max(choice => choice.Key.Length);
        for (var y = 0; y < _list.Height && _scroll.Top + y < shown.Count; y++)
        {
            var at = (int)_scroll.Top + y;
            canvas.Write(
                _list.X,
                _list.Y + y,
                _list.Width,
                Line(canvas.Glyphs, shown[at], _list.Width, keys),
                at == choosing.Selected ? Ground.Selected : Ground.Dialog
            );
        }

        if (shown.Count == 0)
            canvas.Write(_list.X + 1, _list.Y, "no command matches", Tone.Dim, Ground.Dialog);
        canvas.Thumb(_list, shown.Count, _scroll.Top);
    }

    /// <inheritdoc/>
    public AppEvent? Key(KeyPress key, string? command, AppState state, Overlay overlay)
    {
        var choosing = (ChoosingState)overlay;
        if (key.Name == "Enter")
            return new ChoiceMade();
        var isTyped = choosing.HasQuery && key.Text.Length > 0;
        if (!isTyped && MoveOf(key, command, choosing) is { } move && _scroll.Move(move, choosing.Selected) is { } row)
            return new ChoiceSelected((int)row);
        if (!choosing.HasQuery)
            return choosing.Shown.FindIndex(choice => choice.Key == key.Name) is >= 0 and var own
                ? new ChoiceClicked(own)
                : null;
        _query.Set(choosing.Query);
        var before = _query.Text;
        return _query.Press(key) && _query.Text != before ? new QueryTyped(_query.Text) : null;
    }

    /// <inheritdoc/>
    public AppEvent? Mouse(MouseAction mouse, AppState state, Overlay overlay)
    {
        if (_scroll.Wheel(mouse))
            return null;
        if (!_list.Contains(mouse.X, mouse.Y))
            return new AppEvent.CommandChosen("back");
        var at = (int)_scroll.Top + mouse.Y - _list.Y;
        if (at >= ((ChoosingState)overlay).Shown.Count)
            return null;
        return new ChoiceClicked(at);
    }

    // While a text is typed, letters are letters; the arrows move all the same.
    private static string? MoveOf(KeyPress key, string? command, ChoosingState choosing) =>
        key.Name switch
        {
            "Up" => "up",
            "Down" => "down",
            "PageUp" => "page-up",
            "PageDown" => "page-down",
            _ => choosing.HasQuery ? null : command,
        };

    private static Box Place(Canvas canvas, ChoosingState choosing, int width, int height)
    {
        if (choosing.At is not { } at)
            return new Box((canvas.Width - width) / 2, Math.Max(1, (canvas.Height - height) / 3), width, height);
        return new Box(
            Math.Clamp(at.X, 0, canvas.Width - width),
            Math.Clamp(at.Y, 1, Math.Max(1, canvas.Height - height - 1)),
            width,
            height
        );
    }

    private static StyledLine Line(Glyphs glyphs, Choice choice, int width, int keys)
    {
        var line = new StyledLine().Add(
            " " + choice.Text.PadRight(18),
            choice.Why.Length == 0 ? Tone.Normal : Tone.Dim
        );
        var words = choice.Why.Length == 0 ? choice.Note : choice.Why;
        var room = Math.Max(0, width - 19 - keys - 2);
        var cut = TextWidth.Cut(words, room, glyphs.More);
        line.Add(cut + new string(' ', Math.Max(0, room - TextWidth.Of(cut)) + 1), Tone.Dim);
        return line.Add(choice.Key.PadLeft(keys), Tone.Accent).Add(" ");
    }
}

/// <summary>A row was clicked: it is chosen.</summary>
internal sealed record ChoiceClicked(int Index) : ScreenEvent<ChoosingState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, ChoosingState overlay) =>
        Main.CommandUpdate.Choose(state.Close<ChoosingState>(), overlay.Shown[Index].Command);
}
