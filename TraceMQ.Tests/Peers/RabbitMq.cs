using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TraceMQ.Tests.Contracts;

namespace TraceMQ.Tests.Peers;

/// <summary>A RabbitMQ that speaks AMQP 1.0, with a folder, ports and an Erlang port mapper of its own, ended with the test.</summary>
public sealed class RabbitMq : IAsyncDisposable
{
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private const string Package = "rabbitmq-server";

    private readonly string _folder;
    private readonly PeerProcess _process;
    private readonly int _mapper;

    private RabbitMq(string folder, PeerProcess process, int port, int mapper)
    {
        _folder = folder;
        _process = process;
        _mapper = mapper;
        Port = port;
    }

    public int Port { get; }

    public static async Task<RabbitMq> StartAsync()
    {
        Assert.True(File.Exists(Program), $"{Program} is missing; run ./test, or install the Debian package {Package}");
        var folder = Directory.CreateTempSubdirectory("tracemq-rabbitmq-").FullName;
        var ports = FreePorts(3);
        await File.WriteAllTextAsync(Path.Combine(folder, "plugins"), "[rabbitmq_amqp1_0].");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "rabbitmq.conf"),
            $"listeners.tcp.1 = 127.0.0.1:{ports[0]}\nlog.console = true\nlog.console.level = info\n"
        );
        var process = PeerProcess.Start(
            "env",
            "coreutils",
            $"HOME={folder}",
            $"ERL_EPMD_PORT={ports[1]}",
            $"RABBITMQ_NODENAME=tracemq{ports[0]}@localhost",
            $"RABBITMQ_DIST_PORT={ports[2]}",
            $"RABBITMQ_MNESIA_BASE={folder}/db",
            $"RABBITMQ_LOG_BASE={folder}/log",
            $"RABBITMQ_CONFIG_FILE={folder}/rabbitmq",
            $"RABBITMQ_ENABLED_PLUGINS_FILE={folder}/plugins",
            $"RABBITMQ_PID_FILE={folder}/pid",
            "RABBITMQ_CONF_ENV_FILE=/dev/null",
            Program
        );
        var peer = new RabbitMq(folder, process, ports[0], ports[1]);
        await peer.UntilStartedAsync();
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        // The script that was started is not the broker, which outlives it.
        var file = Path.Combine(_folder, "pid");
        if (File.Exists(file))
        {
            try
            {
                using var broker = Process.GetProcessById(
                    int.Parse((await File.ReadAllTextAsync(file)).Trim(), CultureInfo.InvariantCulture)
                );
                broker.Kill();
                await broker.WaitForExitAsync();
            }
            catch (ArgumentException)
            {
                // It has ended already.
            }
        }

        await _process.DisposeAsync();
        await using (
            var mapper = PeerProcess.Start(
                "epmd",
                Package,
                "-port",
                _mapper.ToString(CultureInfo.InvariantCulture),
                "-kill"
            )
        )
            await Surroundings.UntilAsync(() => mapper.HasExited, "the port mapper ends");
        Directory.Delete(_folder, recursive: true);
    }

    private async Task UntilStartedAsync()
    {
        // A virtual machine, a database and a broker take their time where others work too.
        for (var i = 0; i < 6 && !IsStarted(); i++)
        {
            try
            {
                await Surroundings.UntilAsync(IsStarted, "RabbitMQ starts");
            }
            catch (Xunit.Sdk.XunitException) when (i < 5)
            {
                Assert.False(_process.HasExited, _process.Output);
            }
        }
    }

    private bool IsStarted() => _process.Output.Contains("startup complete", StringComparison.Ordinal);

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        foreach (var listener in listeners)
            listener.Start();
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
            listener.Dispose();
        return ports;
    }
}
