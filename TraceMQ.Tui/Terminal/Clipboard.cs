using System.Diagnostics;
using System.Text;

namespace TraceMQ.Tui.Terminal;

/// <summary>Copies to the clipboard of the person in front of the terminal, which may be on another machine, and says which way it went.</summary>
internal sealed class Clipboard
{
    // Terminals cut or refuse longer OSC 52 sequences; xterm's limit is about 100 kB of base64.
    private const int MaximumSequence = 74_000;

    private readonly Action<string> _write;
    private readonly Func<string, string?> _environment;
    private readonly string _folder;

    /// <param name="write">Writes an escape sequence to the terminal, on its thread.</param>
    /// <param name="environment">Looks an environment variable up.</param>
    /// <param name="folder">Where a text goes that no clipboard takes.</param>
    public Clipboard(Action<string> write, Func<string, string?> environment, string folder)
    {
        _write = write;
        _environment = environment;
        _folder = folder;
    }

    /// <summary>Copies a text.</summary>
    /// <returns>Which way, in words.</returns>
    public async Task<string> CopyAsync(string text, CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > MaximumSequence)
            return await SaveAsync(bytes, "too long for a clipboard: saved to", cancellationToken)
                .ConfigureAwait(false);
        var sequence = $"\u001b]52;c;{Convert.ToBase64String(bytes)}\a";
        if (_environment("TMUX") is { Length: > 0 })
        {
            // tmux takes it into its own buffer and hands it on to the terminal where set-clipboard lets it.
            if (await LoadTmuxAsync(bytes, cancellationToken).ConfigureAwait(false))
                return "copied by tmux (prefix ] pastes; set-clipboard on passes it on)";
            _write($"\u001bPtmux;{sequence.Replace("\u001b", "\u001b\u001b", StringComparison.Ordinal)}\u001b\\");
            return "sent to the terminal through tmux (needs allow-passthrough on)";
        }

        if (_environment("TERM") is "linux" or "screen" or "vt100")
            return await SaveAsync(bytes, "this terminal has no clipboard: saved to", cancellationToken)
                .ConfigureAwait(false);
        _write(sequence);
        return "sent to the terminal's clipboard (OSC 52)";
    }

    private static async Task<bool> LoadTmuxAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        try
        {
            using var tmux = Process.Start(
                new ProcessStartInfo("tmux")
                {
                    ArgumentList = { "load-buffer", "-w", "-" },
                    UseShellExecute = false,
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            );
            if (tmux is null)
                return false;
            await tmux.StandardInput.BaseStream.WriteAsync(bytes, cancellationToken);
            tmux.StandardInput.Close();
            await tmux.WaitForExitAsync(cancellationToken);
            return tmux.ExitCode == 0;
        }
        catch (Exception failure) when (failure is System.ComponentModel.Win32Exception or IOException)
        {
            // No tmux program here, as inside a container that inherited the variable: the passthrough may still work.
            return false;
        }
    }

    private async Task<string> SaveAsync(byte[] bytes, string why, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        var path = Path.Combine(_folder, "clipboard.txt");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(path, options);
        await file.WriteAsync(bytes, cancellationToken);
        return $"{why} {path}";
    }
}
