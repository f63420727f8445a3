namespace TraceMQ.Tui.Core;

/// <summary>How loud a status line is.</summary>
internal enum StatusLevel
{
    /// <summary>Something was done.</summary>
    Good,

    /// <summary>Good to know.</summary>
    Information,

    /// <summary>Something could not be done, or needs attention.</summary>
    Warning,

    /// <summary>Something failed.</summary>
    Error,
}
