using TraceMQ.Tests.Contracts;

namespace TraceMQ.Tests.Peers;

/// <summary>A real nats-server on a port of its own, with a configuration and a folder of its own.</summary>
public sealed class NatsServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly PeerProcess _process;

    private NatsServer(DirectoryInfo folder, PeerProcess process, int port)
    {
        _folder = folder;
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public string Log => _process.Output;

    /// <summary>Starts it.</summary>
    /// <param name="more">More lines of its configuration.</param>
    /// <param name="hasJetStream">True: it stores streams in its folder.</param>
    /// <param name="port">The port; 0: a free one.</param>
    public static async Task<NatsServer> StartAsync(string more = "", bool hasJetStream = false, int port = 0)
    {
        var folder = Directory.CreateTempSubdirectory("tracemq-nats-");
        if (port == 0)
            port = Mosquitto.FreePort();
        var path = Path.Combine(folder.FullName, "nats.conf");
        var store = hasJetStream
            ? $"jetstream {{ store_dir: \"{Path.Combine(folder.FullName, "js")}\", max_mem: 512MB, max_file: 2GB }}\n"
            : "";
        await File.WriteAllTextAsync(path, $"host: 127.0.0.1\nport: {port}\n{store}{more}\n");
        var process = PeerProcess.Start("nats-server", "nats-server", "-c", path);
        await Surroundings.UntilAsync(
            () => process.HasExited || process.Output.Contains("Server is ready", StringComparison.Ordinal),
            "nats-server is ready"
        );
        Assert.False(process.HasExited, process.Output);
        return new NatsServer(folder, process, port);
    }

    /// <summary>Sends it one of its own signals, such as <c>ldm</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        await using var sender = PeerProcess.Start("nats-server", "nats-server", "--signal", $"{signal}={_process.Id}");
        await sender.EndAsync();
    }

    /// <summary>Ends it without a goodbye.</summary>
    public async Task KillAsync() => await _process.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
