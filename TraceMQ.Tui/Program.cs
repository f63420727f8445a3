using TraceMQ.Tui.Cli;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tui;

/// <summary>Puts the program together by hand.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        var console = CliConsole.OfProcess();
        var host = new CliHost
        {
            Console = console,
            OpenLog = () => LogFile.Open(ConfigPath.LogFile(Environment.GetEnvironmentVariable)),
        };
        host = host with { Screen = request => FullScreen.RunAsync(request, host) };
        try
        {
            return await CliProgram.RunAsync(arguments, host).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return Unexpected(exception, host);
        }
    }

    private static int Unexpected(Exception exception, CliHost host)
    {
        using (var log = host.OpenLog())
            Microsoft.Extensions.Logging.LoggerExtensions.LogCritical(
                log.CreateLogger("tracemq"),
                exception,
                "It failed unexpectedly"
            );
        host.Console.Say(
            $"tracemq failed unexpectedly ({exception.GetType().Name}); {ConfigPath.LogFile(host.Variable)} has the details."
        );
        return ExitCode.Failed;
    }
}
