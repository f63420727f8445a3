using System.Text;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>
/// Changes profiles in the text of a file by splicing: what is not changed, comments and order included, stays byte for byte. A syntax
/// tree that is written back would lose comments.
/// </summary>
internal static class ProfileEditor
{
    /// <summary>The text with one more profile at its end.</summary>
    public static string Add(string text, RawProfile profile)
    {
        var newLine = NewLineOf(text);
        var joint =
            text.Length == 0 ? ""
            : text.EndsWith('\n') ? newLine
            : newLine + newLine;
        return text + joint + Block(profile, newLine);
    }

    /// <summary>The text with a profile changed.</summary>
    /// <param name="config">The file.</param>
    /// <param name="before">The profile as it is in the file.</param>
    /// <param name="after">As it shall be; its name may differ.</param>
    /// <returns>Null where the profile is written in a form that only a person can change well: inside an inline table.</returns>
    public static string? Change(ConfigFile config, RawProfile before, RawProfile after)
    {
        var own = TablesOf(config, before.Name);
        var main = own.FirstOrDefault(table => table.Path.Count == 2);
        if (main is null)
            return null;
        var edits = new List<(int Start, int End, string Text)>();
        if (after.Name != before.Name)
            edits.AddRange(
                own.Select(table =>
                    (
                        table.PathStart,
                        table.PathEnd,
                        string.Join('.', table.Path.Select((part, i) => TomlText.Key(i == 1 ? after.Name : part)))
                    )
                )
            );
        if (after.Protocol != before.Protocol)
            Replace(config, before.Name, CommonSettings.ProtocolKey, new RawValue.Text(after.Protocol), edits);
        var added = new StringBuilder();
        var newLine = NewLineOf(config.Text);
        foreach (var key in before.Values.Keys.Union(after.Values.Keys, StringComparer.Ordinal))
        {
            var old = before.Values.GetValueOrDefault(key);
            var wanted = after.Values.GetValueOrDefault(key);
            if (old is not null && wanted is not null && RawValues.AreEqual(old, wanted))
                continue;
            if (old is not null && !Replace(config, before.Name, key, wanted, edits))
                return null;
            if (old is null || (wanted is not null && !HasOwnEntry(config, before.Name, key)))
                added.Append(TomlText.Dotted(key)).Append(" = ").Append(TomlText.Value(wanted!)).Append(newLine);
        }

        if (added.Length > 0)
            Insert(config.Text, main, added.ToString(), newLine, edits);
        return Apply(config.Text, edits);
    }

    /// <summary>The text without a profile and the comment lines right above it.</summary>
    /// <returns>Null where the profile is written in a form that only a person can change well.</returns>
    public static string? Remove(ConfigFile config, string name)
    {
        var own = TablesOf(config, name);
        if (own.Count == 0 || own.All(table => table.Path.Count != 2))
            return null;
        var edits = own.Select(table =>
                (
                    Start: WithCommentAbove(config.Text, LineStart(config.Text, table.PathStart)),
                    End: BlockEnd(config.Text, table),
                    Text: ""
                )
            )
            .ToList();
        return Apply(config.Text, edits);
    }

    /// <summary>A profile as a table of its own.</summary>
    public static string Block(RawProfile profile, string newLine)
    {
        var block = new StringBuilder()
            .Append("[profiles.")
            .Append(TomlText.Key(profile.Name))
            .Append(']')
            .Append(newLine);
        block
            .Append(CommonSettings.ProtocolKey)
            .Append(" = ")
            .Append(TomlText.Value(new RawValue.Text(profile.Protocol)))
            .Append(newLine);
        foreach (var (key, value) in profile.Values)
            block.Append(TomlText.Dotted(key)).Append(" = ").Append(TomlText.Value(value)).Append(newLine);
        return block.ToString();
    }

    private static List<TomlTable> TablesOf(ConfigFile config, string name) =>
        [
            .. config.Tables.Where(table =>
                table.Path.Count >= 2 && table.Path[0] == "profiles" && table.Path[1] == name
            ),
        ];

    // Replaces or removes every entry that makes up a key; a map may be spread over several.
    private static bool Replace(
        ConfigFile config,
        string profile,
        string key,
        RawValue? wanted,
        List<(int, int, string)> edits
    )
    {
        var entries = EntriesOf(config, profile, key).ToArray();
        if (entries.Length == 0 || Array.Exists(entries, entry => entry.IsInline))
            return false;
        var isWhole = entries.Length == 1 && KeyOf(entries[0]) == key;
        if (wanted is not null && isWhole)
        {
            edits.Add((entries[0].ValueStart, entries[0].ValueEnd, TomlText.Value(wanted)));
            return true;
        }

        edits.AddRange(
            entries.Select(entry => (LineStart(config.Text, entry.Start), LineEnd(config.Text, entry.ValueEnd), ""))
        );
        return true;
    }

    private static bool HasOwnEntry(ConfigFile config, string profile, string key)
    {
        var entries = EntriesOf(config, profile, key).ToArray();
        return entries.Length == 1 && KeyOf(entries[0]) == key;
    }

    private static IEnumerable<TomlEntry> EntriesOf(ConfigFile config, string profile, string key) =>
        TablesOf(config, profile)
            .SelectMany(table => table.Entries)
            .Where(entry => KeyOf(entry) == key || KeyOf(entry).StartsWith(key + ".", StringComparison.Ordinal));

    private static string KeyOf(TomlEntry entry) => string.Join('.', entry.Path.Skip(2));

    private static void Insert(
        string text,
        TomlTable main,
        string lines,
        string newLine,
        List<(int, int, string)> edits
    )
    {
        var behind = main.Entries.Count > 0 ? main.Entries.Max(entry => entry.ValueEnd) : main.PathEnd;
        var at = LineEnd(text, behind);
        edits.Add((at, at, at > 0 && text[at - 1] != '\n' ? newLine + lines : lines));
    }

    private static string Apply(string text, List<(int Start, int End, string Text)> edits)
    {
        var changed = new StringBuilder(text);
        foreach (
            var (start, end, replacement) in edits
                .OrderByDescending(edit => edit.Start)
                .ThenByDescending(edit => edit.End)
        )
            changed.Remove(start, end - start).Insert(start, replacement);
        return changed.ToString();
    }

    private static int BlockEnd(string text, TomlTable table) =>
        LineEnd(
            text,
            table.Entries.Count > 0
                ? Math.Max(table.PathEnd, table.Entries.Max(entry => entry.ValueEnd))
                : table.PathEnd
        );

    private static int WithCommentAbove(string text, int start)
    {
        while (start > 0)
        {
            var above = LineStart(text, start - 1);
            if (!text.AsSpan(above, start - above).TrimStart().StartsWith("#", StringComparison.Ordinal))
                break;
            start = above;
        }

        return start;
    }

    private static int LineStart(string text, int offset) => offset <= 0 ? 0 : text.LastIndexOf('\n', offset - 1) + 1;

    private static int LineEnd(string text, int offset)
    {
        var end = text.IndexOf('\n', Math.Min(offset, text.Length));
        return end < 0 ? text.Length : end + 1;
    }

    private static string NewLineOf(string text) => text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
}
