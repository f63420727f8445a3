using System.Drawing;
using Terminal.Gui.Drawing;
using Terminal.Gui.Drivers;
using Terminal.Gui.Input;
using Terminal.Gui.ViewBase;
using Terminal.Gui.Views;

namespace TraceMQ.Tui.Terminal;

/// <summary>
/// The one view of the program: it shows the picture of the last frame and hands mouse events on. Terminal.Gui sends every cell that a view
/// draws, changed or not; this view compares first and touches only cells that differ, so that a quiet screen sends nothing.
/// </summary>
internal sealed class Stage : Runnable
{
    private readonly Theme _theme;
    private Canvas? _canvas;

    public Stage(Theme theme)
    {
        _theme = theme;
        CanFocus = true;
        Width = Dim.Fill();
        Height = Dim.Fill();
    }

    /// <summary>A click or a turn of the wheel.</summary>
    public event Action<MouseAction>? Moused;

    /// <summary>Cells sent to the terminal so far.</summary>
    public long CellsSent { get; private set; }

    /// <summary>Shows a picture at the next draw.</summary>
    public void Show(Canvas canvas)
    {
        _canvas = canvas;
        SetNeedsDraw();
    }

    /// <inheritdoc/>
    protected override bool OnClearingViewport() => true;

    /// <inheritdoc/>
    protected override bool OnDrawingContent(DrawContext? context)
    {
        if (_canvas is not { } canvas || App?.Driver is not { Contents: { } cells } driver)
            return true;
        var buffer = driver.GetOutputBuffer();
        var rows = Math.Min(canvas.Height, cells.GetLength(0));
        var columns = Math.Min(canvas.Width, cells.GetLength(1));
        for (var y = 0; y < rows; y++)
        {
            if (Send(canvas, cells, y, columns))
                buffer.DirtyLines[y] = true;
        }

        return true;
    }

    /// <inheritdoc/>
    protected override bool OnMouseEvent(Mouse mouse)
    {
        if (mouse.Position is not { } at || KindOf(mouse.Flags) is not { } kind)
            return base.OnMouseEvent(mouse);
        Moused?.Invoke(new MouseAction(kind, at.X, at.Y));
        return true;
    }

    private bool Send(Canvas canvas, Cell[,] cells, int y, int columns)
    {
        var isChanged = false;
        var row = canvas.Row(y);
        for (var x = 0; x < columns; x++)
        {
            ref readonly var paint = ref row[x];
            ref var cell = ref cells[y, x];
            var attribute = _theme[paint];
            // The second column of a wide character holds nothing of its own: the driver skips it after the first.
            var text = paint.Text.Length == 0 ? " " : paint.Text;
            if (cell.Attribute == attribute && string.Equals(cell.Grapheme, text, StringComparison.Ordinal))
                continue;
            cell = new Cell(attribute, true, text);
            CellsSent++;
            isChanged = true;
            // A wide character is sent whole or not at all.
            if (paint.Text.Length == 0 && x > 0)
                cells[y, x - 1] = new Cell(_theme[row[x - 1]], true, row[x - 1].Text);
        }

        return isChanged;
    }

    private static MouseKind? KindOf(MouseFlags flags)
    {
        if (flags.HasFlag(MouseFlags.WheeledUp))
            return MouseKind.WheelUp;
        if (flags.HasFlag(MouseFlags.WheeledDown))
            return MouseKind.WheelDown;
        if (flags.HasFlag(MouseFlags.LeftButtonDoubleClicked))
            return MouseKind.DoubleClick;
        if (flags.HasFlag(MouseFlags.LeftButtonClicked))
            return MouseKind.Click;
        return flags.HasFlag(MouseFlags.RightButtonClicked) ? MouseKind.RightClick : null;
    }
}
