using TraceMQ.Tui.Terminal;

namespace TraceMQ.Tui.Screens;

/// <summary>Where a list or a text is scrolled to.</summary>
internal sealed class Scroll
{
    /// <summary>The first row that is seen.</summary>
    public long Top { get; set; }

    /// <summary>The rows that are seen.</summary>
    public int Height { get; private set; } = 1;

    /// <summary>The rows that there are.</summary>
    public long Count { get; private set; }

    /// <summary>Takes over how many rows there are and how many are seen.</summary>
    public void Fit(long count, int height)
    {
        Count = count;
        Height = Math.Max(1, height);
        Top = Math.Clamp(Top, 0, Math.Max(0, count - Height));
    }

    /// <summary>Scrolls as little as needed to see a row.</summary>
    public void Show(long row)
    {
        if (row < Top)
            Top = row;
        else if (row >= Top + Height)
            Top = row - Height + 1;
        Top = Math.Clamp(Top, 0, Math.Max(0, Count - Height));
    }

    /// <summary>The row that a moving command leads to from a row; null for other commands.</summary>
    public long? Move(string command, long from) =>
        command switch
        {
            "up" => Within(from - 1),
            "down" => Within(from + 1),
            "page-up" => Within(from - Height),
            "page-down" => Within(from + Height),
            "half-page-up" => Within(from - (Height / 2)),
            "half-page-down" => Within(from + (Height / 2)),
            "first" => 0,
            "last" => Math.Max(0, Count - 1),
            _ => null,
        };

    /// <summary>Turns the wheel; true where it was the wheel.</summary>
    public bool Wheel(MouseAction mouse)
    {
        var by = mouse.Kind switch
        {
            MouseKind.WheelUp => -3,
            MouseKind.WheelDown => 3,
            _ => 0,
        };
        Top = Math.Clamp(Top + by, 0, Math.Max(0, Count - Height));
        return by != 0;
    }

    private long Within(long row) => Math.Clamp(row, 0, Math.Max(0, Count - 1));
}
