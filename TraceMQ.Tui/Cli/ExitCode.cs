namespace TraceMQ.Tui.Cli;

/// <summary>How the program ends; scripts depend on it.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The peer refused, was lost or could not be reached.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or configuration.</summary>
    public const int Usage = 2;

    /// <summary>Not in time.</summary>
    public const int TimedOut = 3;

    /// <summary>A signal ended it.</summary>
    public const int Interrupted = 130;
}
