using System.Text;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Cli;

/// <summary>Stdin, stdout, stderr and the terminal behind them. The only user of the process's console.</summary>
internal sealed class CliConsole(
    Stream output,
    TextWriter error,
    Func<Stream> openInput,
    Func<string, bool, string?> ask
)
{
    private readonly Lock _lock = new();

    /// <summary>True where both stdin and stdout are a terminal.</summary>
    public bool IsTerminal { get; init; } = !Console.IsInputRedirected && !Console.IsOutputRedirected;

    /// <summary>Where messages go.</summary>
    public OutputBuffer Output { get; } = new(output);

    /// <summary>The process's own.</summary>
    public static CliConsole OfProcess() =>
        new(
            OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardOutput(),
            Console.Error,
            Console.OpenStandardInput,
            TerminalQuestion.Ask
        );

    /// <summary>Stdin, opened when it is needed.</summary>
    public Stream OpenInput() => openInput();

    /// <summary>Tells the user something on stderr, on one line. What peers wrote may be in it.</summary>
    public void Say(string line)
    {
        lock (_lock)
        {
            error.WriteLine(SafeText.Line(line));
            error.Flush();
        }
    }

    /// <summary>Writes text of our own to stdout: help, lists, scripts.</summary>
    public void Print(string text)
    {
        Output.Write(Encoding.UTF8.GetBytes(text));
        Output.Flush();
    }

    /// <summary>Asks on the terminal, whatever stdin and stdout are; null where there is none.</summary>
    /// <param name="question">What the user sees.</param>
    /// <param name="isHidden">True where the answer must not be seen.</param>
    public string? Ask(string question, bool isHidden) => ask(SafeText.Line(question), isHidden);
}
