using System.Collections.Concurrent;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Demo;

/// <summary>A small ceramics plant: about 85 messages a second of every kind, and a few commands.</summary>
internal sealed class DemoPlant
{
    // As often as its most frequent message.
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_kilnPeriod = TimeSpan.FromMilliseconds(200);

    private readonly Func<OutgoingMessage, CancellationToken, Task> _send;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly PlantSensors _sensors;
    private readonly PlantCommands _commands;
    private readonly PlantSchedule _schedule = new();
    private readonly ConcurrentQueue<Message> _received = new();
    private readonly List<OutgoingMessage> _due = [];
    private readonly List<Kiln> _kilns =
    [
        new(1, "firing", 800, s_kilnPeriod),
        new(2, "soaking", 780, s_kilnPeriod),
        new(3, "cooling", 520, s_kilnPeriod),
    ];
    private int _order;

    /// <param name="transport">The protocol that the messages go through; what of their options it has, they carry.</param>
    /// <param name="send">Publishes one message.</param>
    /// <param name="time">The clock and the timers.</param>
    /// <param name="random">Noise; a seeded one makes the same plant again.</param>
    public DemoPlant(
        ITransport transport,
        Func<OutgoingMessage, CancellationToken, Task> send,
        TimeProvider time,
        Random random
    )
    {
        _send = send;
        _time = time;
        _random = random;
        var messages = new PlantMessages(transport);
        _sensors = new PlantSensors(messages, time, random);
        _commands = new PlantCommands(_kilns, messages, time);
        Plan();
    }

    /// <summary>Takes a message that came for the plant; it is obeyed and answered with the next tick. From any thread.</summary>
    public void Take(Message message) => _received.Enqueue(message);

    /// <summary>Publishes until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        try
        {
            while (true)
            {
                var elapsed = _time.GetElapsedTime(started);
                foreach (var message in Due(elapsed))
                    await _send(message, cancellationToken).ConfigureAwait(false);
                var spent = _time.GetElapsedTime(started) - elapsed;
                var rest = s_tick - TimeSpan.FromTicks(elapsed.Ticks % s_tick.Ticks) - spent;
                await Task.Delay(
                        rest > TimeSpan.FromMilliseconds(1) ? rest : TimeSpan.FromMilliseconds(1),
                        _time,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end that was asked for.
        }
    }

    /// <summary>What is to be sent until this time after the start; each message once. The list is good until the next call.</summary>
    internal IReadOnlyList<OutgoingMessage> Due(TimeSpan elapsed)
    {
        _due.Clear();
        while (_received.TryDequeue(out var command))
        {
            if (_commands.Obey(command) is { } answer)
                _due.Add(answer);
        }

        _schedule.Run(elapsed);
        return _due;
    }

    private void Plan()
    {
        Every(600, 0, _ => _due.Add(_sensors.StateOfSite()));
        Every(60, 0, _ => _due.Add(_sensors.Report()));
        foreach (var line in (int[])[1, 2, 3])
        {
            Every(600, 0, _ => _due.Add(_sensors.StateOfLine(line, _order)));
            Every(60, line * 20, _ => _due.Add(_sensors.StateOfLine(line, ++_order)));
        }

        foreach (var kiln in _kilns)
            Every(s_kilnPeriod.TotalSeconds, kiln.Id * 0.06, elapsed => Measure(kiln, elapsed));
        foreach (var pump in (int[])[1, 2, 3, 4])
            Every(0.4, pump * 0.1, elapsed => _due.Add(_sensors.OfPump(pump, elapsed)));
        foreach (var tank in (int[])[1, 2])
            Every(1, tank * 0.5, elapsed => _due.Add(_sensors.OfTank(tank, elapsed)));
        Every(0.5, 0.2, _ => _due.Add(_sensors.Raw(_kilns)));
        Every(0.2, 0.1, _ => Maybe(0.8, _sensors.LogLine));
        Every(s_tick.TotalSeconds, 0, elapsed => _due.Add(_sensors.Vibration(elapsed)));
    }

    private void Every(double seconds, double first, Action<TimeSpan> work) =>
        _schedule.Every(TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(first), work);

    private void Maybe(double probability, Func<OutgoingMessage> make)
    {
        if (_random.NextDouble() < probability)
            _due.Add(make());
    }

    private void Measure(Kiln kiln, TimeSpan elapsed)
    {
        var since = kiln.HighSince;
        var isChange = kiln.Step(elapsed, _time.GetUtcNow(), _random);
        _due.Add(_sensors.OfKiln(kiln));
        if (isChange && (kiln.HighSince ?? since) is { } began)
            _due.Add(_sensors.Alarm(kiln, began));
    }
}
