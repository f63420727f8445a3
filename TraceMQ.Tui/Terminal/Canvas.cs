using System.Text;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Terminal;

/// <summary>
/// The picture that a frame paints: cells with meanings, not colours. What is written beyond the edge falls away, so that no size of the
/// terminal can break a screen. Every text must have passed <see cref="SafeText"/>.
/// </summary>
internal sealed class Canvas
{
    private static readonly string[] s_ascii = [.. Enumerable.Range(0, 127).Select(code => ((char)code).ToString())];

    private readonly PaintCell[] _cells;

    public Canvas(int width, int height, Glyphs glyphs)
    {
        Width = width;
        Height = height;
        Glyphs = glyphs;
        _cells = new PaintCell[Math.Max(0, width * height)];
        Array.Fill(_cells, PaintCell.Blank);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The characters to draw with.</summary>
    public Glyphs Glyphs { get; }

    /// <summary>The cell at a place.</summary>
    public PaintCell this[int x, int y] => _cells[(y * Width) + x];

    /// <summary>The cells of a row.</summary>
    public ReadOnlySpan<PaintCell> Row(int y) => _cells.AsSpan(y * Width, Width);

    /// <summary>The picture as text, a line for each row without blanks at its end.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder();
            for (var y = 0; y < Height; y++)
            {
                var line = new StringBuilder();
                foreach (var cell in Row(y))
                    line.Append(cell.Text);
                text.Append(line.ToString().TrimEnd()).Append('\n');
            }

            return text.ToString();
        }
    }

    /// <summary>Fills a rectangle with blanks.</summary>
    public void Fill(Box box, Ground ground)
    {
        var (left, right) = (Math.Max(0, box.X), Math.Min(Width, box.Right));
        for (var y = Math.Max(0, box.Y); y < Math.Min(Height, box.Bottom) && left < right; y++)
        {
            Part((y * Width) + left, y);
            Part((y * Width) + right, y);
            for (var x = left; x < right; x++)
                _cells[(y * Width) + x] = new PaintCell(" ", Tone.Normal, ground, IsDimmed: false);
        }
    }

    /// <summary>Writes a text.</summary>
    /// <returns>The column behind it.</returns>
    public int Write(
        int x,
        int y,
        string text,
        Tone tone = Tone.Normal,
        Ground ground = Ground.Plain,
        int width = int.MaxValue
    )
    {
        var end = (int)Math.Min(Width, (long)x + width);
        if (y < 0 || y >= Height)
            return x;
        foreach (var rune in Glyphs.Shown(text).EnumerateRunes())
        {
            var columns = TextWidth.Of(rune);
            if (columns == 0)
                Join(x - 1, y, rune);
            else if (x + columns > end)
                break;
            else if (x >= 0)
                Put(x, y, rune, columns, tone, ground);
            x += columns;
        }

        return x;
    }

    /// <summary>Writes a line into a width, marks where it was cut, and fills the rest.</summary>
    public void Write(int x, int y, int width, StyledLine line, Ground ground = Ground.Plain)
    {
        var end = x + width;
        var at = x;
        foreach (var span in line.Spans)
        {
            var room = end - at;
            if (TextWidth.Of(span.Text) <= room)
            {
                at = Write(at, y, span.Text, span.Tone, ground);
                continue;
            }

            at = Write(at, y, span.Text, span.Tone, ground, room);
            if (width > 0)
                Write(end - 1, y, Glyphs.More, Tone.Dim, ground);
            at = end;
            break;
        }

        Fill(new Box(at, y, end - at, 1), ground);
    }

    /// <summary>Draws a border with words in its upper edge.</summary>
    /// <param name="box">Where.</param>
    /// <param name="left">Words at the left.</param>
    /// <param name="right">Words at the right; they give way where there is no room.</param>
    /// <param name="tone">Of the lines.</param>
    /// <param name="ground">Of the lines.</param>
    public void Border(Box box, StyledLine left, StyledLine right, Tone tone, Ground ground = Ground.Plain)
    {
        if (box.Width < 2 || box.Height < 2)
            return;
        for (var x = box.X + 1; x < box.Right - 1; x++)
        {
            Write(x, box.Y, Glyphs.Horizontal, tone, ground);
            Write(x, box.Bottom - 1, Glyphs.Horizontal, tone, ground);
        }

        for (var y = box.Y + 1; y < box.Bottom - 1; y++)
        {
            Write(box.X, y, Glyphs.Vertical, tone, ground);
            Write(box.Right - 1, y, Glyphs.Vertical, tone, ground);
        }

        Write(box.X, box.Y, Glyphs.TopLeft, tone, ground);
        Write(box.Right - 1, box.Y, Glyphs.TopRight, tone, ground);
        Write(box.X, box.Bottom - 1, Glyphs.BottomLeft, tone, ground);
        Write(box.Right - 1, box.Bottom - 1, Glyphs.BottomRight, tone, ground);
        var end = Title(box, left, ground);
        var rightWidth = TextWidth.Of(right.Plain);
        var start = box.Right - rightWidth - 4;
        if (rightWidth > 0 && start > end)
        {
            Write(start, box.Y, " ", tone, ground);
            Write(start + 1, box.Y, rightWidth, right, ground);
            Write(start + 1 + rightWidth, box.Y, " ", tone, ground);
        }
    }

    /// <summary>A thumb on the right edge of a list that is longer than its room.</summary>
    public void Thumb(Box list, long count, long top)
    {
        if (count <= list.Height || list.Height < 2)
            return;
        var size = Math.Max(1, (int)(list.Height * (long)list.Height / count));
        var at = (int)((list.Height - size) * Math.Clamp(top / (double)(count - list.Height), 0, 1));
        for (var y = 0; y < size; y++)
            Write(list.Right, list.Y + at + y, Glyphs.Thumb, Tone.Accent);
    }

    /// <summary>Dims everything painted so far: a dialog comes over it.</summary>
    public void Dim()
    {
        for (var i = 0; i < _cells.Length; i++)
            _cells[i] = _cells[i] with
            {
                IsDimmed = true,
                Ground = _cells[i].Ground is Ground.Selected or Ground.Remembered or Ground.Caret
                    ? Ground.Plain
                    : _cells[i].Ground,
            };
    }

    /// <summary>Lays a row of cells on another ground without changing its text.</summary>
    public void Lay(int x, int y, int width, Ground ground, Tone? tone = null)
    {
        if (y < 0 || y >= Height)
            return;
        for (var at = Math.Max(0, x); at < Math.Min(Width, x + width); at++)
        {
            ref var cell = ref _cells[(y * Width) + at];
            cell = cell with { Ground = ground, Tone = tone ?? cell.Tone };
        }
    }

    private int Title(Box box, StyledLine left, Ground ground)
    {
        var width = Math.Min(TextWidth.Of(left.Plain), box.Width - 6);
        if (width <= 0)
            return box.X + 1;
        Write(box.X + 2, box.Y, " ", Tone.Normal, ground);
        Write(box.X + 3, box.Y, width, left, ground);
        Write(box.X + 3 + width, box.Y, " ", Tone.Normal, ground);
        return box.X + 4 + width;
    }

    private void Put(int x, int y, Rune rune, int columns, Tone tone, Ground ground)
    {
        var at = (y * Width) + x;
        Part(at, y);
        Part(at + columns, y);
        var text = rune.Value < s_ascii.Length ? s_ascii[rune.Value] : rune.ToString();
        _cells[at] = new PaintCell(text, tone, ground, IsDimmed: false);
        if (columns == 2)
            _cells[at + 1] = new PaintCell("", tone, ground, IsDimmed: false);
    }

    // Half of a wide character that is overwritten would leave the other half standing: both become blanks before.
    private void Part(int at, int y)
    {
        if (at >= (y + 1) * Width || _cells[at].Text.Length > 0)
            return;
        _cells[at] = _cells[at] with { Text = " " };
        _cells[at - 1] = _cells[at - 1] with { Text = " " };
    }

    private void Join(int x, int y, Rune mark)
    {
        if (x < 0 || x >= Width)
            return;
        var at = (y * Width) + x;
        if (_cells[at].Text.Length == 0)
            at--;
        _cells[at] = _cells[at] with { Text = _cells[at].Text + mark };
    }
}
