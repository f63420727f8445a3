using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;

namespace TraceMQ.Tui.Screens.Profiles;

/// <summary>The rows of the profile tree: groups in the order of the file, then what is in none, then connections that are not saved.</summary>
internal static class ProfileRows
{
    /// <summary>The name of the group of connections that are not in the file.</summary>
    public const string NotSaved = "not saved";

    /// <summary>The rows of a state.</summary>
    public static IReadOnlyList<ProfileRow> Of(AppState state)
    {
        var rows = new List<ProfileRow>();
        foreach (var group in Grouped(state))
        {
            var isFolded = state.Profiles.Folded.Contains(group.Key);
            if (group.Key.Length > 0)
                rows.Add(new ProfileRow(KeyOf("group", group.Key), group.Key, Name: null) { IsFolded = isFolded });
            if (!isFolded || group.Key.Length == 0)
                rows.AddRange(group);
        }

        return rows;
    }

    /// <summary>The selected row; the first profile where none is selected; null where there is none.</summary>
    public static ProfileRow? Selected(AppState state)
    {
        var rows = Of(state);
        return rows.FirstOrDefault(row => row.Key == state.Profiles.SelectedKey)
            ?? rows.FirstOrDefault(row => row.Name is not null);
    }

    /// <summary>The key of a profile's row.</summary>
    public static long KeyOfProfile(string name) => KeyOf("profile", name);

    private static IEnumerable<IGrouping<string, ProfileRow>> Grouped(AppState state)
    {
        var saved = state.Config.Profiles.Select(entry => new ProfileRow(
            KeyOfProfile(entry.Name),
            entry.Group,
            entry.Name
        )
        {
            Entry = entry,
            Connection = state.ConnectionOf(entry.Name),
        });
        var names = state.Config.Profiles.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        var loose = state
            .Connections.Values.Where(connection => !names.Contains(connection.Name))
            .Select(connection => new ProfileRow(
                KeyOfProfile(connection.Name),
                GroupOf(connection.Profile),
                connection.Name
            )
            {
                Connection = connection,
            });
        return saved
            .Concat(loose)
            .GroupBy(row => row.Group, StringComparer.Ordinal)
            .OrderBy(group => group.Key.Length == 0);
    }

    private static string GroupOf(RawProfile profile) =>
        profile.Values.GetValueOrDefault(CommonSettings.Group.Key) is RawValue.Text { Value.Length: > 0 } group
            ? group.Value
            : NotSaved;

    // Stable while the program runs, which is all that a selection needs; a collision would only select two rows at once.
    private static long KeyOf(string kind, string name) =>
        ((long)string.GetHashCode(kind + name, StringComparison.Ordinal) << 32)
        | (uint)string.GetHashCode(name + kind, StringComparison.Ordinal);
}
