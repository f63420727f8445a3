using System.Diagnostics;
using System.Text;
using TraceMQ.Tests.Contracts;

namespace TraceMQ.Tests.Peers;

/// <summary>A foreign program that a test talks to: found, started, listened to, and ended with the test.</summary>
public sealed class PeerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _lines = new();
    private bool _isDisposed;

    private PeerProcess(Process process) => _process = process;

    /// <summary>Everything that it printed, on both of its outputs.</summary>
    public string Output
    {
        get
        {
            lock (_lines)
                return _lines.ToString();
        }
    }

    /// <summary>Its number, for signals.</summary>
    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it.</summary>
    /// <param name="program">Its name, found as a shell would, and where only root looks.</param>
    /// <param name="package">The Debian package that brings it.</param>
    /// <param name="arguments">Its arguments.</param>
    public static PeerProcess Start(string program, string package, params string[] arguments)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Concat(["/usr/sbin", "/usr/local/sbin"])
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
        Assert.True(path is not null, $"{program} is missing; run ./test, or install the Debian package {package}");
        var process = Process.Start(
            new ProcessStartInfo(path, arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        var peer = new PeerProcess(process);
        process.OutputDataReceived += (_, line) => peer.Add(line.Data);
        process.ErrorDataReceived += (_, line) => peer.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return peer;
    }

    /// <summary>Waits for a line that begins so, and gives what follows in it.</summary>
    public async Task<string> LineAsync(string start)
    {
        string? found = null;
        await Surroundings.UntilAsync(
            () =>
                (found = Output.Split('\n').FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal)))
                    is not null
                || HasExited,
            start
        );
        Assert.True(found is not null, $"it ended: {Output}");
        return found[start.Length..].Trim();
    }

    /// <summary>Writes a line to its input.</summary>
    public async Task SendAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until it has ended by itself, and gives all that it printed.</summary>
    public async Task<string> EndAsync()
    {
        try
        {
            // Beyond the end of the process: until its outputs are read to their end too.
            await _process.WaitForExitAsync().WaitAsync(Surroundings.Patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"it does not end: {Output}");
        }

        return Output;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Add(string? line)
    {
        lock (_lines)
            _lines.Append(line).Append('\n');
    }
}
