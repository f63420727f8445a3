using TraceMQ.Transport.Browsing;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Browse;

/// <summary>How the facts of nodes share a row: as wide as they are, the first ones first. What finds no room is named, not lost.</summary>
/// <param name="NameWidth">Cells of the name.</param>
/// <param name="Shown">Columns with their cells.</param>
/// <param name="Hidden">Facts without a column.</param>
internal sealed record BrowseColumns(
    int NameWidth,
    IReadOnlyList<(string Label, int Width)> Shown,
    IReadOnlyList<string> Hidden
)
{
    // Beyond these nobody has seen a row yet when the widths are chosen.
    private const int Sample = 200;
    private const int MinimumName = 12;
    private const int MinimumColumn = 4;
    private const int MaximumColumn = 34;

    // The mark in front, and a cell behind for the thumb.
    private const int Frame = 4;

    /// <summary>Shares a row out.</summary>
    /// <param name="nodes">The rows.</param>
    /// <param name="width">Cells of a row.</param>
    public static BrowseColumns Of(IReadOnlyList<Node> nodes, int width)
    {
        var sample = nodes.Take(Sample).ToList();
        var name = sample.Select(node => TextWidth.Of(SafeText.Line(node.Name, 300))).DefaultIfEmpty(0).Max();
        var wanted = sample
            .SelectMany(node => node.Facts)
            .GroupBy(fact => fact.Label, StringComparer.Ordinal)
            .Select(group =>
                (
                    group.Key,
                    Width: group.Max(fact => Math.Max(TextWidth.Of(SafeText.Line(fact.Value, 300)), fact.Label.Length))
                )
            )
            .Select(column => (column.Key, Math.Clamp(column.Width, MinimumColumn, MaximumColumn)))
            .ToList();
        // A long name gives way to the columns down to half of the row.
        var needed = wanted.Sum(column => column.Item2 + 1);
        var nameWidth = Math.Clamp(
            name,
            MinimumName,
            Math.Max(MinimumName, Math.Max(width / 2, width - Frame - needed))
        );
        var left = width - Frame - nameWidth;
        var shown = new List<(string, int)>();
        foreach (var (label, cells) in wanted)
        {
            if (left <= Math.Min(cells, label.Length))
                break;
            shown.Add((label, Math.Min(cells, left - 1)));
            left -= cells + 1;
        }

        return new BrowseColumns(nameWidth, shown, [.. wanted.Skip(shown.Count).Select(column => column.Key)]);
    }
}
