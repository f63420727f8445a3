using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>A key with its value, and where they stand in the text.</summary>
internal sealed record TomlEntry
{
    /// <summary>The whole path of the key, the table's included.</summary>
    public required IReadOnlyList<string> Path { get; init; }

    /// <summary>The value.</summary>
    public required RawValue Value { get; init; }

    /// <summary>Of the key, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Of the key, from 1.</summary>
    public required int Column { get; init; }

    /// <summary>Where the key begins.</summary>
    public required int Start { get; init; }

    /// <summary>Where the value begins.</summary>
    public required int ValueStart { get; init; }

    /// <summary>Behind the value.</summary>
    public required int ValueEnd { get; init; }

    /// <summary>True where it stands inside an inline table, and cannot be replaced on its own.</summary>
    public bool IsInline { get; init; }
}
