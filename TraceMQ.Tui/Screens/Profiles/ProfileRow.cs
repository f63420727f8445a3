using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tui.Screens.Profiles;

/// <summary>A row of the profile tree: a group, or a profile in it.</summary>
/// <param name="Key">Identifies the row; the same as long as the name is.</param>
/// <param name="Group">The group's name; empty for the profiles that are in none.</param>
/// <param name="Name">The profile's name; null for a group's own row.</param>
internal sealed record ProfileRow(long Key, string Group, string? Name)
{
    /// <summary>The profile in the file; null for a group, and for a connection that is not saved.</summary>
    public ProfileEntry? Entry { get; init; }

    /// <summary>The connection made from it; null where none was.</summary>
    public Connection? Connection { get; init; }

    /// <summary>For a group: its profiles are not shown.</summary>
    public bool IsFolded { get; init; }

    /// <summary>The profile as it was written; null for a group.</summary>
    public RawProfile? Profile => Entry?.Raw ?? Connection?.Profile;
}
