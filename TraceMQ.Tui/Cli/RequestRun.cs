using Microsoft.Extensions.Logging;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Cli;

/// <summary>Sends a request and writes the replies.</summary>
internal sealed class RequestRun(Target target, OutgoingMessage request, RequestOptions options, MessageFormat format)
{
    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CliHost host, ILogger log, CancellationToken stop)
    {
        var connection = new SendingConnection(target, request, host, log);
        await using var closing = connection.ConfigureAwait(false);
        await connection.ConnectAsync(stop).ConfigureAwait(false);
        var count = 0;
        try
        {
            await foreach (
                var reply in connection.Supervisor.RequestAsync(request, options, stop).ConfigureAwait(false)
            )
            {
                count++;
                format.Write(reply, host.Console.Output);
                host.Console.Output.Flush();
            }
        }
        catch (TransportException failure) when (failure.Kind == FailureKind.TimedOut)
        {
            throw new CliException(ExitCode.TimedOut, [failure.Message], failure);
        }

        return count >= options.MaximumResponses
            ? ExitCode.Done
            : throw new CliException(
                ExitCode.TimedOut,
                [$"{count} of {options.MaximumResponses} replies came in time."]
            );
    }
}
