using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Payloads;

/// <summary>A payload as lines, which are made when they are looked at: ten megabytes open as quickly as ten bytes.</summary>
internal abstract class PayloadDocument
{
    /// <summary>The format's name.</summary>
    public required string Format { get; init; }

    /// <summary>Something the reader should know: cut short, not valid to the end; empty where nothing is.</summary>
    public string Note { get; protected init; } = "";

    /// <summary>How many lines there are, nothing folded.</summary>
    public abstract int LineCount { get; }

    /// <summary>Depth of a line, from 0; always 0 where nothing nests.</summary>
    public virtual int DepthOf(int line) => 0;

    /// <summary>The line that closes what a line opens; the line itself where it opens nothing.</summary>
    public virtual int EndOf(int line) => line;

    /// <summary>Adds a line's text, harmless for a terminal.</summary>
    /// <param name="line">From 0.</param>
    /// <param name="isFolded">What the line opens is not shown.</param>
    /// <param name="glyphs">The characters to draw with.</param>
    /// <param name="into">Where to.</param>
    public abstract void Write(int line, bool isFolded, Glyphs glyphs, StyledLine into);

    /// <summary>Adds a line's text, harmless but not shortened, in ASCII where the program says something itself.</summary>
    public virtual void WriteWhole(int line, StyledLine into) => Write(line, isFolded: false, Glyphs.Ascii, into);

    /// <summary>The whole as text, at most so many lines.</summary>
    public IReadOnlyList<string> Plain(int maximum)
    {
        var lines = new List<string>();
        var line = new StyledLine();
        for (var i = 0; i < Math.Min(LineCount, maximum); i++)
        {
            WriteWhole(i, line.Clear());
            lines.Add(line.Plain);
        }

        return lines;
    }
}
