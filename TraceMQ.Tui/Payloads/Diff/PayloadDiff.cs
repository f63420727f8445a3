namespace TraceMQ.Tui.Payloads.Diff;

/// <summary>The difference of two payloads, by the lines of their documents.</summary>
internal static class PayloadDiff
{
    /// <summary>Most lines of each document.</summary>
    public const int MaximumLines = 100_000;

    /// <summary>Most lines of each side between the first and the last that differ: the work grows with their product.</summary>
    public const int MaximumChanged = 2_000;

    /// <summary>Compares two documents by their longest common run of lines.</summary>
    public static IReadOnlyList<DiffLine> Compare(PayloadDocument old, PayloadDocument next)
    {
        var isCut = old.LineCount > MaximumLines || next.LineCount > MaximumLines;
        return Compare(old.Plain(MaximumLines), next.Plain(MaximumLines), isCut);
    }

    /// <summary>Compares two texts.</summary>
    /// <param name="left">The old lines.</param>
    /// <param name="right">The new lines.</param>
    /// <param name="isCut">True where there are more that are not compared.</param>
    internal static IReadOnlyList<DiffLine> Compare(
        IReadOnlyList<string> left,
        IReadOnlyList<string> right,
        bool isCut = false
    )
    {
        var first = 0;
        while (first < left.Count && first < right.Count && left[first] == right[first])
            first++;
        var same = 0;
        while (same < Math.Min(left.Count, right.Count) - first && left[^(same + 1)] == right[^(same + 1)])
            same++;
        var changedLeft = Part(left, first, left.Count - same);
        var changedRight = Part(right, first, right.Count - same);
        isCut |= changedLeft.Length < left.Count - same - first || changedRight.Length < right.Count - same - first;

        var lines = new List<DiffLine>();
        for (var i = 0; i < first; i++)
            lines.Add(new DiffLine(' ', left[i]));
        Walk(changedLeft, changedRight, lines);
        if (isCut)
            lines.Add(new DiffLine('!', "too much differs: what follows is not compared"));
        else
            lines.AddRange(left.Skip(left.Count - same).Select(line => new DiffLine(' ', line)));
        return lines;
    }

    private static string[] Part(IReadOnlyList<string> lines, int from, int until) =>
        [.. lines.Skip(from).Take(Math.Min(until - from, MaximumChanged))];

    private static void Walk(string[] left, string[] right, List<DiffLine> lines)
    {
        var lengths = Lengths(left, right);
        var (i, j) = (0, 0);
        while (i < left.Length || j < right.Length)
        {
            if (i < left.Length && j < right.Length && left[i] == right[j])
            {
                lines.Add(new DiffLine(' ', left[i]));
                i++;
                j++;
            }
            else if (j == right.Length || (i < left.Length && lengths[i + 1][j] >= lengths[i][j + 1]))
            {
                lines.Add(new DiffLine('-', left[i++]));
            }
            else
            {
                lines.Add(new DiffLine('+', right[j++]));
            }
        }
    }

    // The length of the longest common subsequence from each pair of lines on.
    private static ushort[][] Lengths(string[] left, string[] right)
    {
        var lengths = new ushort[left.Length + 1][];
        lengths[left.Length] = new ushort[right.Length + 1];
        for (var i = left.Length - 1; i >= 0; i--)
        {
            var row = lengths[i] = new ushort[right.Length + 1];
            for (var j = right.Length - 1; j >= 0; j--)
                row[j] =
                    left[i] == right[j] ? (ushort)(lengths[i + 1][j + 1] + 1) : Math.Max(lengths[i + 1][j], row[j + 1]);
        }

        return lengths;
    }
}
