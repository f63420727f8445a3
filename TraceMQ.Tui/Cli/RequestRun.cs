using Microsoft.Extensions.Logging;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Cli;

/// <summary>Sends a request and writes the replies, a line each.</summary>
internal sealed class RequestRun(Target target, OutgoingMessage request, TimeSpan timeout)
{
    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CliHost host, ILogger log, CancellationToken stop)
    {
        var connection = new SendingConnection(target, host, log);
        await using var closing = connection.ConfigureAwait(false);
        await connection.ConnectAsync(stop).ConfigureAwait(false);
        var requests =
            connection.Supervisor.Feature<IRequests>()
            ?? throw CliException.Usage(
                $"{target.Transport.Protocol} has no requests in this version; use tracemq sub and tracemq pub."
            );
        try
        {
            var replies = requests.RequestAsync(request, new RequestOptions(timeout), stop);
            await foreach (var reply in replies.ConfigureAwait(false))
            {
                host.Console.Output.Write(reply.Payload.Span);
                host.Console.Output.Write("\n"u8);
                host.Console.Output.Flush();
            }
        }
        catch (TransportException failure) when (failure.Kind == FailureKind.TimedOut)
        {
            throw new CliException(ExitCode.TimedOut, [failure.Message], failure);
        }

        return ExitCode.Done;
    }
}
