using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>Reads shared profiles. It runs nothing and resolves nothing.</summary>
internal static class ProfileImport
{
    /// <summary>Reads a text.</summary>
    /// <param name="text">TOML with profiles.</param>
    /// <param name="transports">The protocols of this build.</param>
    /// <param name="taken">Names that are in use; a clash gets a number.</param>
    public static ImportPlan Read(string text, IReadOnlyList<ITransport> transports, IReadOnlyList<string> taken)
    {
        var config = ConfigFile.Parse("import", text, transports);
        var names = taken.ToHashSet(StringComparer.Ordinal);
        var profiles = new List<ProfileEntry>();
        var needsConfirmation = new List<string>();
        var missing = new List<string>();
        foreach (var entry in config.Profiles)
        {
            var name = FreeName(entry.Name, names);
            names.Add(name);
            profiles.Add(entry with { Raw = entry.Raw with { Name = name } });
            if (entry.AutoConnect)
                needsConfirmation.Add($"{name} connects by itself at start (auto_connect)");
            foreach (var (key, value) in entry.Raw.Values)
                Look(name, key, value, needsConfirmation, missing);
        }

        return new ImportPlan(profiles, config.Problems, needsConfirmation, missing);
    }

    private static void Look(
        string name,
        string key,
        RawValue value,
        List<string> needsConfirmation,
        List<string> missing
    )
    {
        switch (value)
        {
            case RawValue.Text text when Reference.IsIn(text.Value):
                Look(name, key, text.Value, needsConfirmation, missing);
                break;
            case RawValue.List list:
                foreach (var item in list.Items)
                    Look(name, key, item, needsConfirmation, missing);
                break;
            case RawValue.Table table:
                foreach (var (inner, item) in table.Items)
                    Look(name, $"{key}.{inner}", item, needsConfirmation, missing);
                break;
            default:
                break;
        }
    }

    private static void Look(string name, string key, string text, List<string> needsConfirmation, List<string> missing)
    {
        IReadOnlyList<ReferencePart> parts;
        try
        {
            parts = Reference.Split(text);
        }
        catch (FormatException)
        {
            // The problems of the file say it already.
            return;
        }

        foreach (var part in parts)
        {
            if (part.Kind == ReferenceKind.Command)
                needsConfirmation.Add($"{name}: {key} runs a command at connect: {part.Text}");
            else if (part.Kind == ReferenceKind.Environment)
                missing.Add($"{name}: {key}: the environment variable {part.Text}");
            else if (part.Kind == ReferenceKind.File)
                missing.Add($"{name}: {key}: the file {part.Text}");
        }
    }

    private static string FreeName(string name, HashSet<string> taken)
    {
        var free = name;
        for (var number = 2; taken.Contains(free); number++)
            free = $"{name} {number}";
        return free;
    }
}
