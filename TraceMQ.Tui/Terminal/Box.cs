namespace TraceMQ.Tui.Terminal;

/// <summary>A rectangle of cells.</summary>
internal readonly record struct Box(int X, int Y, int Width, int Height)
{
    /// <summary>The first column to the right of it.</summary>
    public int Right => X + Width;

    /// <summary>The first row below it.</summary>
    public int Bottom => Y + Height;

    /// <summary>What a border leaves.</summary>
    public Box Inner => new(X + 1, Y + 1, Math.Max(0, Width - 2), Math.Max(0, Height - 2));

    /// <summary>True where the cell is inside.</summary>
    public bool Contains(int x, int y) => x >= X && x < Right && y >= Y && y < Bottom;
}
