using System.CommandLine;

namespace TraceMQ.Tui.Cli;

/// <summary>A command with what its help says beyond its options.</summary>
internal abstract class CliCommand(string name, string description) : Command(name, description)
{
    /// <summary>How it is written, without the program's name; a line each.</summary>
    public abstract IReadOnlyList<string> Usage { get; }

    /// <summary>Command lines to copy, each with what it does.</summary>
    public virtual IReadOnlyList<(string CommandLine, string Meaning)> Examples => [];

    /// <summary>What else there is to know, a paragraph each.</summary>
    public virtual IReadOnlyList<string> Notes => [];

    /// <summary>Does it.</summary>
    /// <returns>The exit code.</returns>
    public abstract Task<int> RunAsync(ParseResult line, CliHost host, CancellationToken stop);
}
