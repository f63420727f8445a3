namespace TraceMQ.Tui.Profiles;

/// <summary>A table's header and the keys below it.</summary>
/// <param name="Path">The header's path; empty for the top of the file.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="PathStart">Behind the opening bracket.</param>
/// <param name="PathEnd">The closing bracket.</param>
/// <param name="Entries">In the order of the file.</param>
internal sealed record TomlTable(
    IReadOnlyList<string> Path,
    int Line,
    int Column,
    int PathStart,
    int PathEnd,
    IReadOnlyList<TomlEntry> Entries
);
