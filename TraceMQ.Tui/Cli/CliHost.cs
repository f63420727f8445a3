using Microsoft.Extensions.Logging;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Cli;

/// <summary>What the command line needs from its surroundings.</summary>
internal sealed record CliHost
{
    /// <summary>Stdin, stdout and stderr.</summary>
    public required CliConsole Console { get; init; }

    /// <summary>The clock and the timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Opens the log; called by commands that connect.</summary>
    public required Func<ILoggerFactory> OpenLog { get; init; }

    /// <summary>Shows the full screen until it is closed, and gives the exit code.</summary>
    public Func<ScreenRequest, Task<int>> Screen { get; init; } = _ => Task.FromResult(ExitCode.Usage);

    /// <summary>An environment variable; null where it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>The protocols.</summary>
    public IReadOnlyList<ITransport> Transports { get; init; } = TraceMQ.Transport.Transports.All;
}
