using System.Text;

namespace TraceMQ.Tui.Commands;

/// <summary>Writes the table of keys in the README.</summary>
internal static class KeysTable
{
    private static readonly (string Title, Scopes Scope)[] s_places =
    [
        ("everywhere", Scopes.Main),
        ("profiles", Scopes.Profiles),
        ("topics", Scopes.Topics),
        ("messages, inspector", Scopes.Messages | Scopes.Inspector),
        ("dialogs", Scopes.Dialog),
        ("browse", Scopes.Browse),
        ("after y", Scopes.Copy),
    ];

    /// <summary>Markdown: keys, what they do, the name for <c>[keys]</c>.</summary>
    public static string Generate(CommandTable table)
    {
        var text = new StringBuilder("| where | keys | what | name |\n| --- | --- | --- | --- |\n");
        foreach (var command in table.All)
        {
            text.Append("| ").Append(PlaceOf(command.Scopes)).Append(" | ");
            text.Append(
                string.Join(
                    " ",
                    command.KeyList.Select(key => $"`{key.Replace("|", "\\|", StringComparison.Ordinal)}`")
                )
            );
            text.Append(" | ").Append(command.Help.Replace("|", "\\|", StringComparison.Ordinal));
            text.Append(" | ").Append(command.Name).Append(" |\n");
        }

        return text.ToString();
    }

    private static string PlaceOf(Scopes scopes)
    {
        if ((scopes & Scopes.Main) == Scopes.Main)
            return s_places[0].Title;
        return Array.Find(s_places[1..], place => (place.Scope & scopes) == scopes || place.Scope == scopes).Title
            ?? "lists";
    }
}
