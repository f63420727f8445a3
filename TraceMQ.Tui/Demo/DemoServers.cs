using Microsoft.Extensions.Logging;
using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Demo;

/// <summary>Everything behind <c>--demo</c>: a broker on a free port of this machine, and a simulated plant that is connected to it.</summary>
internal sealed class DemoServers : IAsyncDisposable
{
    private readonly DemoConnection _broker;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private DemoConnection? _line;
    private Task _running = Task.CompletedTask;
    private int _isDisposed;

    private DemoServers(DemoConnection broker, ILogger log)
    {
        _broker = broker;
        _log = log;
    }

    /// <summary>The profiles that the demo's screen shows; they live in memory only.</summary>
    public IReadOnlyList<RawProfile> Profiles { get; private set; } = [];

    /// <summary>Starts everything, and waits until it runs.</summary>
    /// <param name="mqtt">The transport of MQTT.</param>
    /// <param name="time">The clock and the timers.</param>
    /// <param name="logs">For diagnosis.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">It cannot listen on this machine's loopback address.</exception>
    public static async Task<DemoServers> StartAsync(
        ITransport mqtt,
        TimeProvider time,
        ILoggerFactory logs,
        CancellationToken cancellationToken
    )
    {
        var log = logs.CreateLogger("demo");
        var listening = Read(mqtt, "Demo broker", ("url", Text("mqtt://127.0.0.1:0")), ("mode", Text("server")));
        var servers = new DemoServers(
            // Nobody looks at the broker's own messages: the screen is a client like any other.
            new DemoConnection(mqtt, listening, policy: null, _ => { }, time, log),
            log
        );
        try
        {
            var urls = await servers._broker.StartAsync(cancellationToken).ConfigureAwait(false);
            var url = urls[0];
            await servers.StartPlantAsync(mqtt, url, time, cancellationToken).ConfigureAwait(false);
            servers.Profiles = ProfilesFor(mqtt, url);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        if (_line is not null)
            await _line.DisposeAsync().ConfigureAwait(false);
        await _broker.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task StartPlantAsync(
        ITransport mqtt,
        string url,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var plant = new DemoPlant(mqtt, SendAsync, time, new Random(7));
        var connecting = Read(
            mqtt,
            "Demo plant",
            ("url", Text(url)),
            ("mqtt.client_id", Text("plant-a-controller")),
            ("subscribe", new RawValue.List([Text("cmd/#")]))
        );
        _line = new DemoConnection(mqtt, connecting, new ReconnectPolicy(), Take, time, _log);
        await _line.StartAsync(cancellationToken).ConfigureAwait(false);
        _running = Task.Run(() => plant.RunAsync(_stop.Token), CancellationToken.None);

        void Take(Message message)
        {
            if (message.Direction == Direction.In)
                plant.Take(message);
        }
    }

    private async Task SendAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await _line!.Supervisor.PublishAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (TransportException failure)
        {
            // A plant does not stop because a message of it was lost.
            _log.LogDebug("The demo's plant could not send to {Topic}: {Reason}", message.Topic, failure.Message);
        }
    }

    private static IReadOnlyList<RawProfile> ProfilesFor(ITransport mqtt, string url) =>
        [
            new RawProfile("Plant A", mqtt.Protocol, Values(url, ("auto_connect", new RawValue.Flag(true)))),
            new RawProfile(
                "Plant A read-only",
                mqtt.Protocol,
                Values(url, ("read_only", new RawValue.Flag(true)), ("color", Text("green")))
            ),
        ];

    private static Dictionary<string, RawValue> Values(string url, params (string Key, RawValue Value)[] more)
    {
        var values = new Dictionary<string, RawValue>(StringComparer.Ordinal)
        {
            ["group"] = Text("demo"),
            ["url"] = Text(url),
            ["subscribe"] = new RawValue.List([Text("#")]),
        };
        foreach (var (key, value) in more)
            values[key] = value;
        return values;
    }

    private static Profile Read(ITransport mqtt, string name, params (string Key, RawValue Value)[] values)
    {
        var raw = new RawProfile(name, mqtt.Protocol, values.ToDictionary(StringComparer.Ordinal));
        return ProfileReader.Read(mqtt, raw, out var problems)
            ?? throw new InvalidOperationException($"{name}: {problems[0].Key}: {problems[0].Sentence}");
    }

    private static RawValue.Text Text(string value) => new(value);
}
