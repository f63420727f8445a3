namespace TraceMQ.Tui.Payloads.Diff;

/// <summary>The difference of two payloads, by the lines of their documents.</summary>
internal static class PayloadDiff
{
    /// <summary>Most lines of each side that are compared.</summary>
    public const int MaximumLines = 2_000;

    /// <summary>Compares two documents by their longest common run of lines.</summary>
    public static IReadOnlyList<DiffLine> Compare(PayloadDocument old, PayloadDocument next)
    {
        var left = old.Plain(MaximumLines);
        var right = next.Plain(MaximumLines);
        var lengths = Lengths(left, right);
        var lines = new List<DiffLine>();
        var (i, j) = (0, 0);
        while (i < left.Count || j < right.Count)
        {
            if (i < left.Count && j < right.Count && left[i] == right[j])
            {
                lines.Add(new DiffLine(' ', left[i]));
                i++;
                j++;
            }
            else if (j == right.Count || (i < left.Count && lengths[i + 1][j] >= lengths[i][j + 1]))
            {
                lines.Add(new DiffLine('-', left[i++]));
            }
            else
            {
                lines.Add(new DiffLine('+', right[j++]));
            }
        }

        return lines;
    }

    // The length of the longest common subsequence from each pair of lines on.
    private static ushort[][] Lengths(IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        var lengths = new ushort[left.Count + 1][];
        lengths[left.Count] = new ushort[right.Count + 1];
        for (var i = left.Count - 1; i >= 0; i--)
        {
            var row = lengths[i] = new ushort[right.Count + 1];
            for (var j = right.Count - 1; j >= 0; j--)
                row[j] =
                    left[i] == right[j] ? (ushort)(lengths[i + 1][j + 1] + 1) : Math.Max(lengths[i + 1][j], row[j + 1]);
        }

        return lengths;
    }
}
