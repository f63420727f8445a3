using TraceMQ.Transport;

namespace TraceMQ.Tui.Cli;

/// <summary>Ends a command with an exit code and what to tell the user: one line, or one for each thing that is wrong.</summary>
internal sealed class CliException(int exitCode, IReadOnlyList<string> lines, Exception? inner = null)
    : Exception(string.Join('\n', lines), inner)
{
    public int ExitCode => exitCode;

    public IReadOnlyList<string> Lines => lines;

    /// <summary>The command, the configuration or a file is wrong.</summary>
    public static CliException Usage(params IReadOnlyList<string> lines) => new(Cli.ExitCode.Usage, lines);

    /// <summary>A connection failed.</summary>
    public static CliException Of(TransportException failure) => new(CodeOf(failure), [failure.Message], failure);

    /// <summary>What a failed connection means for scripts.</summary>
    public static int CodeOf(TransportException failure) =>
        failure.Kind == FailureKind.Configuration ? Cli.ExitCode.Usage : Cli.ExitCode.Failed;
}
