using System.Globalization;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;

namespace TraceMQ.Tui.Commands;

/// <summary>The one list of commands. Keys, footer, help, palette, menus and the documentation read it.</summary>
internal sealed class CommandTable
{
    private static readonly string[] s_prefixes = ["Ctrl+", "Shift+"];

    private static readonly HashSet<string> s_special = new(StringComparer.Ordinal)
    {
        "Enter",
        "Esc",
        "Tab",
        "Space",
        "Backspace",
        "Delete",
        "Up",
        "Down",
        "Left",
        "Right",
        "PageUp",
        "PageDown",
        "Home",
        "End",
    };

    private readonly Dictionary<string, CommandSpec> _byName;

    private CommandTable(IReadOnlyList<CommandSpec> all)
    {
        All = all;
        _byName = all.ToDictionary(command => command.Name, StringComparer.Ordinal);
    }

    /// <summary>The commands with the keys that they come with.</summary>
    public static CommandTable Default { get; } =
        new([
            .. GlobalCommands.All,
            .. MoveCommands.All,
            .. MessageCommands.All,
            .. TopicCommands.All,
            .. ProfileCommands.All,
            .. InspectorCommands.All,
            .. OverlayCommands.All,
        ]);

    /// <summary>Every command, in the order of help.</summary>
    public IReadOnlyList<CommandSpec> All { get; }

    /// <summary>This table with other keys.</summary>
    /// <param name="keys">Command names with their keys, as in <c>[keys]</c>.</param>
    /// <param name="problems">A sentence for each name that is no command and each key that two commands of one place would share.</param>
    public CommandTable With(
        IReadOnlyDictionary<string, string> keys,
        out IReadOnlyList<(string Name, string Sentence)> problems
    )
    {
        var found = new List<(string, string)>();
        foreach (var name in keys.Keys.Where(name => !_byName.ContainsKey(name)))
        {
            var nearest = NearestWord.Find(name, _byName.Keys);
            found.Add((name, nearest is null ? "it is no command" : $"it is no command; did you mean {nearest}?"));
        }

        var changed = new CommandTable([
            .. All.Select(command =>
                keys.TryGetValue(command.Name, out var own) ? command with { Keys = own } : command
            ),
        ]);
        foreach (var name in keys.Keys.Where(_byName.ContainsKey))
        {
            if (changed._byName[name].KeyList.Count == 0)
                found.Add((name, "it has no key"));
            found.AddRange(
                changed
                    ._byName[name]
                    .KeyList.Where(key => !IsKey(key))
                    .Select(key =>
                        (
                            name,
                            $"{key} is no key; write a character, or Enter, Space, F5, Ctrl+P, Shift+Tab and the like"
                        )
                    )
            );
            found.AddRange(changed.Clashes(changed._byName[name]).Select(sentence => (name, sentence)));
        }

        problems = found;
        return changed;
    }

    /// <summary>The command of a name; null where there is none.</summary>
    public CommandSpec? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The command of a key in a place; null where there is none.</summary>
    /// <param name="scope">Where the keys go now.</param>
    /// <param name="key">The key's name, as <see cref="CommandSpec.Keys"/> writes it.</param>
    /// <param name="isTyping">True while a text is typed: only commands whose keys are not characters are found.</param>
    public CommandSpec? Find(Scopes scope, string key, bool isTyping)
    {
        CommandSpec? found = null;
        foreach (var command in All)
        {
            if (
                (command.Scopes & scope) == 0
                || (isTyping && !command.WorksWhileTyping)
                || !command.KeyList.Contains(key, StringComparer.Ordinal)
            )
                continue;

            // The narrower place wins: Enter in the topic pane is not Enter everywhere.
            if (found is null || int.PopCount((int)command.Scopes) < int.PopCount((int)found.Scopes))
                found = command;
        }

        return found;
    }

    /// <summary>The key to show for a command; empty where there is none.</summary>
    public string KeyOf(string name) => Find(name)?.KeyList is [var first, ..] ? first : "";

    // As Terminal/KeyNames gives them.
    private static bool IsKey(string key)
    {
        if (new StringInfo(key).LengthInTextElements == 1)
            return true;
        if (key.StartsWith("Ctrl+", StringComparison.Ordinal) && key is [.., '+', >= 'A' and <= 'Z'])
            return key.Length == 6;
        foreach (var prefix in s_prefixes)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
                key = key[prefix.Length..];
        }

        return s_special.Contains(key)
            || (
                key.StartsWith('F')
                && int.TryParse(key.AsSpan(1), CultureInfo.InvariantCulture, out var number)
                && number is >= 1 and <= 12
            );
    }

    private IEnumerable<string> Clashes(CommandSpec command) =>
        from other in All
        where other.Name != command.Name && (other.Scopes & command.Scopes) != 0
        from key in other.KeyList.Intersect(command.KeyList, StringComparer.Ordinal)
        select $"{key} is also the key of {other.Name}";
}
