namespace TraceMQ.Tui.Core;

/// <summary>Which line of the main screen is being typed into.</summary>
internal enum Typing
{
    /// <summary>None.</summary>
    Nothing,

    /// <summary>The filter, which hides.</summary>
    Filter,

    /// <summary>The text to find, which highlights.</summary>
    Find,
}
