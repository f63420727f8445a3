using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using TraceMQ.Tests.Contracts;

namespace TraceMQ.Tests.Peers;

/// <summary>A foreign subscriber: mosquitto_sub, with a line for every message.</summary>
public sealed class MosquittoSub : IAsyncDisposable
{
    private const string Ready = "tests/ready";
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    private MosquittoSub(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>Starts it, and waits until it is subscribed.</summary>
    /// <param name="port">The broker's port.</param>
    /// <param name="topic">What it subscribes to, with QoS 2.</param>
    /// <param name="format">What it prints for a message, as its manual says; one line.</param>
    public static async Task<MosquittoSub> StartAsync(int port, string topic, string format)
    {
        var number = port.ToString(CultureInfo.InvariantCulture);
        // A retained message says that the subscriptions, which it makes with one packet, are there.
        await PublishAsync(port, Ready, "now", "-r");
        var process = Mosquitto.Start(
            "mosquitto_sub",
            ["-V", "5", "-h", "127.0.0.1", "-p", number, "-q", "2", "-t", topic, "-t", Ready, "-F", $"%t|{format}"]
        );
        var subscriber = new MosquittoSub(process);
        var before = new List<string>();
        while (await subscriber.NextLineAsync() is var line && !line.StartsWith(Ready, StringComparison.Ordinal))
            before.Add(line);
        foreach (var line in before)
            await subscriber._lines.Writer.WriteAsync(line);
        return subscriber;
    }

    /// <summary>Publishes with a foreign client, mosquitto_pub, and waits until it is done.</summary>
    public static Task PublishAsync(int port, string topic, string payload, params string[] more) =>
        Mosquitto.RunAsync(
            "mosquitto_pub",
            [
                "-V",
                "5",
                "-h",
                "127.0.0.1",
                "-p",
                port.ToString(CultureInfo.InvariantCulture),
                "-q",
                "1",
                "-t",
                topic,
                "-m",
                payload,
                .. more,
            ]
        );

    /// <summary>The next message: its topic, a bar, and what the format says.</summary>
    public async Task<string> NextLineAsync()
    {
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        return await _lines.Reader.ReadAsync(timeout.Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            await _lines.Writer.WriteAsync(line);
        _lines.Writer.Complete();
    }
}
