using System.CommandLine;
using System.Reflection;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Cli;

/// <summary>Reads the command line, runs what it asks for, and turns every failure into lines on stderr and an exit code.</summary>
internal static class CliProgram
{
    /// <summary>Runs until it is done or stopped.</summary>
    /// <param name="arguments">What follows the program's name.</param>
    /// <param name="host">The surroundings.</param>
    /// <param name="stop">Stops it; null: the process's signals do. The full screen handles those itself.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        CliHost host,
        CancellationToken? stop = null
    )
    {
        try
        {
            var root = new RootCommand();
            var line = root.Parse(
                arguments,
                // A payload may begin with @ or hold several letters after a dash: it means itself.
                new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null }
            );
            var command = (CliCommand)line.CommandResult.Command;
            if (line.GetValue(CliOptions.Help))
            {
                host.Console.Print(CliHelp.Of(command));
                return ExitCode.Done;
            }

            if (line.GetValue(root.Version))
            {
                host.Console.Print($"tracemq {VersionText}\n");
                return ExitCode.Done;
            }

            if (line.Errors.Count > 0)
                throw CliException.Usage(
                    $"{line.Errors[0].Message.TrimEnd('.')}; {FullName(command)} --help shows how."
                );
            using var interruption = stop is null && command is not RootCommand ? new Interruption() : null;
            return await command
                .RunAsync(line, host, stop ?? interruption?.Token ?? CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (CliException failure)
        {
            foreach (var text in failure.Lines)
                host.Console.Say(text);
            return failure.ExitCode;
        }
        catch (TransportException failure)
        {
            host.Console.Say(failure.Message);
            return CliException.CodeOf(failure);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (IOException failure)
        {
            host.Console.Say($"Input or output failed: {failure.Message}");
            return ExitCode.Failed;
        }
    }

    private static string VersionText =>
        typeof(CliProgram)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0]
        ?? "";

    private static string FullName(Command command)
    {
        var names = new List<string>();
        for (Symbol? symbol = command; symbol is Command; symbol = symbol.Parents.FirstOrDefault())
            names.Insert(0, symbol.Name);
        return string.Join(' ', names);
    }
}
