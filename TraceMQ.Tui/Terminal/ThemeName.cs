namespace TraceMQ.Tui.Terminal;

/// <summary>The themes.</summary>
internal enum ThemeName
{
    /// <summary>True colour on a dark terminal.</summary>
    Dark,

    /// <summary>True colour on a light terminal.</summary>
    Light,

    /// <summary>The sixteen colours, whatever they look like.</summary>
    Sixteen,

    /// <summary>No colour: bold, reverse and underline only.</summary>
    Mono,
}
