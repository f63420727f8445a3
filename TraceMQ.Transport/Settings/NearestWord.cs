namespace TraceMQ.Transport.Settings;

/// <summary>Finds what somebody may have meant.</summary>
public static class NearestWord
{
    /// <summary>The candidate with the fewest edits, if they are at most a third of the word; null otherwise.</summary>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        string? best = null;
        var fewest = Math.Max(1, word.Length / 3) + 1;
        foreach (var candidate in candidates)
        {
            var edits = Distance(word, candidate);
            if (edits < fewest)
            {
                fewest = edits;
                best = candidate;
            }
        }

        return best;
    }

    private static int Distance(string left, string right)
    {
        if (left.Length > 200)
            return int.MaxValue;
        var row = new int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
            row[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[right.Length];
    }
}
