using Microsoft.Extensions.Logging;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Cli;

/// <summary>Sends messages one after the other, each when the peer has answered to the one before.</summary>
/// <param name="target">Where to.</param>
/// <param name="template">What all of them have in common.</param>
/// <param name="messages">What; read while it is sent.</param>
/// <param name="interval">The pause between two.</param>
internal sealed class PubRun(
    Target target,
    OutgoingMessage template,
    IAsyncEnumerable<OutgoingMessage> messages,
    TimeSpan interval
)
{
    /// <summary>Sends all of them.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CliHost host, ILogger log, CancellationToken stop)
    {
        var connection = new SendingConnection(target, template, host, log);
        await using var closing = connection.ConfigureAwait(false);
        await connection.ConnectAsync(stop).ConfigureAwait(false);
        long sent = 0;
        try
        {
            await foreach (var message in messages.WithCancellation(stop).ConfigureAwait(false))
            {
                if (sent > 0 && interval > TimeSpan.Zero)
                    await Task.Delay(interval, host.Time, stop).ConfigureAwait(false);
                var result = await connection.Supervisor.PublishAsync(message, stop).ConfigureAwait(false);
                if (!result.IsAccepted)
                    throw new CliException(ExitCode.Failed, [$"refused {message.Topic}: {result.Text}{After(sent)}"]);
                if (result.WasAskedFor)
                    host.Console.Say(message.Topic.Length == 0 ? result.Text : $"{message.Topic}: {result.Text}");
                sent++;
            }
        }
        catch (TransportException failure) when (sent > 0)
        {
            throw new CliException(CliException.CodeOf(failure), [failure.Message + After(sent)], failure);
        }

        return ExitCode.Done;
    }

    private static string After(long sent) => sent == 0 ? "" : $" ({sent} sent before it)";
}
