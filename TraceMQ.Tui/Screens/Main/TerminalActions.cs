using System.Diagnostics;
using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Terminal;

namespace TraceMQ.Tui.Screens.Main;

/// <summary>
/// What effects want of the terminal. What has to have it for itself, the editor and the shell, gets it after Terminal.Gui was ended; it is
/// started anew behind it. Its input thread would take every second key from an editor otherwise.
/// </summary>
internal sealed class TerminalActions : ITerminalActions
{
    private readonly Func<string, string?> _environment;
    private readonly Clipboard _clipboard;
    private TerminalApp? _terminal;
    private UiPump? _pump;
    private Action? _between;
    private int _isLent;

    public TerminalActions(Func<string, string?> environment, string stateFolder)
    {
        _environment = environment;
        _clipboard = new Clipboard(
            sequence => OnThread(terminal => terminal.WriteRaw(sequence)),
            environment,
            stateFolder
        );
    }

    /// <summary>True once the program shall end.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Takes over a terminal that was just started.</summary>
    public void Attach(TerminalApp terminal, UiPump pump)
    {
        _terminal = terminal;
        _pump = pump;
    }

    /// <summary>Does what had to wait for the terminal to be free.</summary>
    public void RunBetween()
    {
        _terminal = null;
        _pump = null;
        Interlocked.Exchange(ref _between, null)?.Invoke();
    }

    /// <inheritdoc/>
    public Task<string> CopyAsync(string text, CancellationToken cancellationToken) =>
        _clipboard.CopyAsync(text, cancellationToken);

    /// <inheritdoc/>
    public async Task<string> EditAsync(string text, string extension, CancellationToken cancellationToken)
    {
        var editor = NotEmpty(_environment("VISUAL")) ?? NotEmpty(_environment("EDITOR")) ?? "vi";
        var folder = Directory.CreateTempSubdirectory("tracemq-");
        try
        {
            var path = Path.Combine(folder.FullName, "payload" + extension);
            await File.WriteAllTextAsync(path, text, cancellationToken);
            var code = await BetweenAsync(() => RunEditor(editor, path), cancellationToken);
            return code == 0
                ? await File.ReadAllTextAsync(path, cancellationToken)
                : throw new InvalidOperationException(
                    $"{editor} ended with {code}; the text is as it was. $EDITOR names the editor"
                );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Suspend()
    {
        if (Volatile.Read(ref _isLent) != 0)
            return;
        _between = () => ProcessSignals.Stop();
        End();
    }

    /// <inheritdoc/>
    public void Redraw() => OnThread(terminal => terminal.Redraw());

    /// <inheritdoc/>
    public void SetMouse(bool isOn) => OnThread(terminal => terminal.SetMouse(isOn));

    /// <inheritdoc/>
    public void Stop()
    {
        IsStopped = true;
        End();
    }

    /// <summary>Runs something that has the terminal for itself; one at a time.</summary>
    /// <exception cref="TransportException">Something else has it.</exception>
    private async Task<int> BetweenAsync(Func<int> run, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isLent, 1) != 0)
            throw new TransportException(FailureKind.Configuration, "The editor is open already.");
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        _between = () => done.TrySetResult(run());
        try
        {
            End();
            return await done.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            Volatile.Write(ref _isLent, 0);
        }
    }

    private void End() => OnThread(terminal => terminal.App.RequestStop());

    private void OnThread(Action<TerminalApp> action) =>
        _pump?.Post(() =>
        {
            if (_terminal is { } terminal)
                action(terminal);
        });

    private static int RunEditor(string editor, string path)
    {
        // $EDITOR may hold arguments: the shell splits it, the path is handed over apart from it.
        using var process = Process.Start(
            new ProcessStartInfo("/bin/sh")
            {
                ArgumentList = { "-c", editor + " \"$1\"", "sh", path },
                UseShellExecute = false,
            }
        );
        process!.WaitForExit();
        return process.ExitCode;
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
