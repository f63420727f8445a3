using System.Diagnostics;
using System.Globalization;
using TraceMQ.Tests.Contracts;

namespace TraceMQ.Tests.Peers;

/// <summary>OpenSSL's own test server, for a second opinion on TLS. A line that is written to it goes to the client.</summary>
public sealed class OpenSslServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _draining;

    private OpenSslServer(Process process, int port)
    {
        _process = process;
        _draining = process.StandardOutput.ReadToEndAsync();
        Port = port;
    }

    public int Port { get; }

    /// <summary>Starts it with a certificate.</summary>
    /// <param name="pair">What it shows.</param>
    /// <param name="more">More of its options.</param>
    public static async Task<OpenSslServer> StartAsync(CertificatePair pair, params IEnumerable<string> more)
    {
        string[] arguments =
        [
            "s_server",
            "-accept",
            "127.0.0.1:0",
            "-cert",
            pair.Certificate,
            "-key",
            pair.Key,
            .. more,
        ];
        var process = Process.Start(
            new ProcessStartInfo("openssl", arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        process.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(Surroundings.Patience);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (!line.StartsWith("ACCEPT ", StringComparison.Ordinal))
                continue;
            var port = int.Parse(line[(line.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
            return new OpenSslServer(process, port);
        }

        throw new InvalidOperationException($"openssl {string.Join(' ', arguments)} ended without listening");
    }

    public Task SendAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _draining;
        _process.Dispose();
    }
}
