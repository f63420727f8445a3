namespace TraceMQ.Transport.Settings;

/// <summary>Where a part of a text comes from.</summary>
public enum ReferenceKind
{
    /// <summary>The text itself.</summary>
    Literal,

    /// <summary>An environment variable.</summary>
    Environment,

    /// <summary>A file's text without its final line ending.</summary>
    File,

    /// <summary>The first line that a command writes.</summary>
    Command,

    /// <summary>The user, asked at connect.</summary>
    Prompt,
}
