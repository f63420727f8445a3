using System.Diagnostics;
using System.Globalization;

namespace TraceMQ.Tests.EndToEnd;

/// <summary>A shell in a tmux of its own, of a fixed size, to drive the real program with keys and to read what it shows.</summary>
public sealed class TerminalPane : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private readonly string _socket = $"tracemq-{Guid.NewGuid():N}";

    private TerminalPane(string folder) => Folder = folder;

    /// <summary>The program.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "tracemq");

    /// <summary>Where the configuration and the log are, and where the shell is.</summary>
    public string Folder { get; }

    /// <summary>Starts a shell.</summary>
    public static async Task<TerminalPane> StartAsync(
        int columns = 120,
        int rows = 40,
        string term = "tmux-256color",
        string lang = "C.UTF-8"
    )
    {
        var pane = new TerminalPane(Directory.CreateTempSubdirectory("tracemq-e2e-").FullName);
        var variables = new[]
        {
            $"TERM={term}",
            $"LANG={lang}",
            $"LC_ALL={lang}",
            "COLORTERM=truecolor",
            $"XDG_CONFIG_HOME={pane.Folder}",
            $"XDG_STATE_HOME={pane.Folder}",
        };
        string[] size = ["-x", Text(columns), "-y", Text(rows), "-c", pane.Folder];
        string[] settings =
        [
            "exec env PS1='ready> ' sh -i",
            ";",
            "set",
            "-g",
            "status",
            "off",
            ";",
            "set",
            "-s",
            "escape-time",
            "0",
        ];
        await pane.TmuxAsync([
            "new-session",
            "-d",
            "-s",
            "t",
            .. size,
            .. variables.SelectMany(variable => new[] { "-e", variable }),
            .. settings,
        ]);
        await pane.SeesAsync("ready>");
        return pane;
    }

    /// <summary>Types a command line and Enter.</summary>
    public async Task RunAsync(string line)
    {
        await TypeAsync(line);
        await KeysAsync("Enter");
    }

    /// <summary>Starts the program; its exit code is shown behind its end.</summary>
    public Task ProgramAsync(string arguments) =>
        RunAsync($"clear; {Program} {arguments}; echo \"code=$?\"; stty -a | grep -o -- '-*icanon'");

    /// <summary>Types a text.</summary>
    public Task TypeAsync(string text) => TmuxAsync(["send-keys", "-t", "t", "-l", "--", text]);

    /// <summary>Presses keys, as tmux names them.</summary>
    public Task KeysAsync(params string[] keys) => TmuxAsync([.. new[] { "send-keys", "-t", "t" }, .. keys]);

    /// <summary>Another size.</summary>
    public Task ResizeAsync(int columns, int rows) =>
        TmuxAsync(["resize-window", "-t", "t", "-x", Text(columns), "-y", Text(rows)]);

    /// <summary>What is shown.</summary>
    public Task<string> ScreenAsync() => TmuxAsync(["capture-pane", "-p", "-t", "t"]);

    /// <summary>The process of the program.</summary>
    public async Task<int> ProcessAsync()
    {
        var shell = (await TmuxAsync(["display-message", "-p", "-t", "t", "#{pane_pid}"])).Trim();
        return int.Parse(await OutputAsync("pgrep", ["-P", shell, "tracemq"]), CultureInfo.InvariantCulture);
    }

    /// <summary>Waits until a text is shown.</summary>
    public Task<string> SeesAsync(string text) =>
        SeesAsync(screen => screen.Contains(text, StringComparison.Ordinal), $"\"{text}\"");

    /// <summary>Waits until the screen is as wanted.</summary>
    public async Task<string> SeesAsync(Func<string, bool> isWanted, string what)
    {
        var clock = Stopwatch.StartNew();
        var screen = "";
        while (clock.Elapsed < s_patience)
        {
            screen = await ScreenAsync();
            if (isWanted(screen))
                return screen;
            await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, CancellationToken.None);
        }

        throw new Xunit.Sdk.XunitException($"{what} was not seen; the screen was:\n{screen}");
    }

    /// <summary>Ends everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await TmuxAsync(["kill-server"]);
        Directory.Delete(Folder, recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private Task<string> TmuxAsync(IEnumerable<string> arguments) =>
        OutputAsync("tmux", ["-L", _socket, "-f", "/dev/null", .. arguments]);

    private static async Task<string> OutputAsync(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}
