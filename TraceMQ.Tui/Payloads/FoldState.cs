using System.Collections.Immutable;

namespace TraceMQ.Tui.Payloads;

/// <summary>What of a document is folded: everything from a level on, and single lines the other way round.</summary>
internal sealed record FoldState
{
    private const int Deepest = 64;

    /// <summary>Nothing is folded.</summary>
    public static FoldState Expanded { get; } = new();

    /// <summary>Lines of this depth and deeper are folded.</summary>
    public int Level { get; init; } = Deepest;

    /// <summary>Lines that are the other way round than their level says.</summary>
    public ImmutableHashSet<int> Toggled { get; init; } = [];

    /// <summary>One level more or less.</summary>
    public FoldState ByLevel(int by)
    {
        // From "nothing folded" the first step less leaves two levels open, which is what most people look for.
        var level = Level >= Deepest ? (by < 0 ? 2 : Deepest) : Level + by;
        return new FoldState { Level = Math.Clamp(level > 12 ? Deepest : level, 1, Deepest) };
    }

    /// <summary>One line the other way round.</summary>
    public FoldState Toggle(int line) =>
        this with
        {
            Toggled = Toggled.Contains(line) ? Toggled.Remove(line) : Toggled.Add(line),
        };

    /// <summary>The level stays for the next message; single lines do not mean the same there.</summary>
    public FoldState ForNextDocument() => Toggled.IsEmpty ? this : this with { Toggled = [] };

    /// <summary>The lines that are shown.</summary>
    public IReadOnlyList<int> VisibleLines(PayloadDocument document)
    {
        if (Level == Deepest && Toggled.IsEmpty)
            return new EveryLine(document.LineCount);
        var visible = new List<int>(Math.Min(document.LineCount, 4096));
        for (var line = 0; line < document.LineCount; line++)
        {
            visible.Add(line);
            if (IsFolded(document, line))
                line = document.EndOf(line);
        }

        return visible;
    }

    /// <summary>True where what a line opens is not shown.</summary>
    public bool IsFolded(PayloadDocument document, int line) =>
        document.EndOf(line) != line && (Level < Deepest && document.DepthOf(line) >= Level) != Toggled.Contains(line);
}
