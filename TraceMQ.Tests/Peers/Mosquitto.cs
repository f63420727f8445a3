using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TraceMQ.Tests.Peers;

/// <summary>A real mosquitto on a port of its own, with a configuration and a folder of its own.</summary>
public sealed class Mosquitto : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private Mosquitto(DirectoryInfo folder, Process process, int port)
    {
        _folder = folder;
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public int WebSocketPort { get; private init; }

    /// <summary>Starts it for everybody, or for one user where a password is given.</summary>
    /// <param name="username">The user that may connect; null: anybody.</param>
    /// <param name="password">The user's password.</param>
    /// <param name="more">More lines of its configuration.</param>
    /// <param name="acl">Lines of its access list; null: everything is allowed.</param>
    /// <param name="port">The port; 0: a free one.</param>
    /// <param name="hasWebSocket">True: it listens for WebSockets too, and <paramref name="more"/> is about that listener.</param>
    public static async Task<Mosquitto> StartAsync(
        string? username = null,
        string? password = null,
        string more = "",
        string? acl = null,
        int port = 0,
        bool hasWebSocket = false
    )
    {
        var folder = Directory.CreateTempSubdirectory("tracemq-mosquitto-");
        if (port == 0)
            port = FreePort();
        var configuration = new StringBuilder(
            // As root it would give its rights up, and could not read this folder.
            $"user root\nlistener {port} 127.0.0.1\npersistence false\nmax_queued_messages 0\nlog_type all\nlog_dest stderr\n"
        );
        if (username is null)
        {
            configuration.Append("allow_anonymous true\n");
        }
        else
        {
            var file = Path.Combine(folder.FullName, "passwords");
            await RunAsync("mosquitto_passwd", "-b", "-c", file, username, password!);
            configuration.Append($"allow_anonymous false\npassword_file {file}\n");
        }

        if (acl is not null)
        {
            var file = Path.Combine(folder.FullName, "acl");
            await File.WriteAllTextAsync(file, acl);
            configuration.Append($"acl_file {file}\n");
        }

        var webSocketPort = hasWebSocket ? FreePort() : 0;
        if (hasWebSocket)
            // It takes no address there, and does not start with such a listener alone.
            configuration.Append($"listener {webSocketPort}\nprotocol websockets\n");
        var path = Path.Combine(folder.FullName, "mosquitto.conf");
        await File.WriteAllTextAsync(path, configuration.Append(more).Append('\n').ToString());
        var process = Start("mosquitto", "-c", path);
        var broker = new Mosquitto(folder, process, port) { WebSocketPort = webSocketPort };
        await broker.WaitUntilReadyAsync();
        return broker;
    }

    /// <summary>A port that nothing listens at.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until it has logged a line with these words.</summary>
    public async Task WaitForLogAsync(string words)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            lock (_log)
            {
                if (_log.ToString().Contains(words, StringComparison.Ordinal))
                    return;
                Assert.True(
                    TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20),
                    $"mosquitto never logged \"{words}\": {_log}"
                );
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Starts one of mosquitto's programs with its output redirected.</summary>
    internal static Process Start(string program, params string[] arguments)
    {
        var search = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Concat(["/usr/sbin", "/usr/local/sbin"]);
        var path = search.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
        Assert.True(
            path is not null,
            $"{program} is missing; install the Debian packages mosquitto and mosquitto-clients"
        );
        return Process.Start(
            new ProcessStartInfo(path, arguments)
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
    }

    /// <summary>Runs one of mosquitto's programs to its end, which must be a success.</summary>
    internal static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);
    }

    private async Task WaitUntilReadyAsync()
    {
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
                _log.AppendLine(line.Data);
        };
        _process.BeginErrorReadLine();
        await WaitForAsync(Port);
        if (WebSocketPort != 0)
            await WaitForAsync(WebSocketPort);
    }

    private async Task WaitForAsync(int port)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                lock (_log)
                {
                    Assert.False(_process.HasExited, $"mosquitto ended: {_log}");
                    Assert.True(
                        TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20),
                        $"mosquitto does not listen: {_log}"
                    );
                }

                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }
}
