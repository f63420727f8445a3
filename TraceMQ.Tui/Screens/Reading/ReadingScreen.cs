using TraceMQ.Tui.Core;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Reading;

/// <summary>Paints a text to read.</summary>
internal sealed class ReadingScreen : IOverlayScreen
{
    private readonly Scroll _scroll = new();
    private ReadingState? _shown;

    /// <inheritdoc/>
    public void Paint(Canvas canvas, AppState state, Overlay overlay)
    {
        var reading = (ReadingState)overlay;
        if (_shown != reading)
            _scroll.Top = 0;
        _shown = reading;
        var longest = reading.Lines.Count == 0 ? 0 : reading.Lines.Max(line => TextWidth.Of(line.Plain));
        var width = Math.Clamp(
            Math.Max(longest + 6, TextWidth.Of(reading.Title + reading.Subtitle) + 14),
            40,
            canvas.Width - 4
        );
        var height = Math.Clamp(reading.Lines.Count + 2, 4, canvas.Height - 2);
        var box = new Box((canvas.Width - width) / 2, Math.Max(1, (canvas.Height - height) / 2), width, height);
        canvas.Fill(box, Ground.Dialog);
        canvas.Border(
            box,
            StyledLine.Of(reading.Title, Tone.Bright),
            StyledLine.Of(reading.Subtitle, Tone.Dim),
            Tone.Accent,
            Ground.Dialog
        );
        var inner = new Box(box.X + 2, box.Y + 1, box.Width - 4, box.Height - 2);
        _scroll.Fit(reading.Lines.Count, inner.Height);
        for (var y = 0; y < inner.Height && _scroll.Top + y < reading.Lines.Count; y++)
            canvas.Write(inner.X, inner.Y + y, inner.Width, reading.Lines[(int)_scroll.Top + y], Ground.Dialog);
        canvas.Thumb(inner with { Width = inner.Width + 1 }, reading.Lines.Count, _scroll.Top);
    }

    /// <inheritdoc/>
    public AppEvent? Key(KeyPress key, string? command, AppState state, Overlay overlay)
    {
        // A text has no selected row: moving by a row scrolls it.
        var edge = command == "down" ? _scroll.Top + _scroll.Height - 1 : _scroll.Top;
        if (command is not null && _scroll.Move(command, edge) is { } row)
            _scroll.Top = command is "last" or "down" ? Math.Max(0, row - _scroll.Height + 1) : row;
        return null;
    }

    /// <inheritdoc/>
    public AppEvent? Mouse(MouseAction mouse, AppState state, Overlay overlay)
    {
        _scroll.Wheel(mouse);
        return null;
    }
}
