using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Doubles;
using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Sessions;

/// <summary>A supervisor on a fake transport and a fake clock, with its events in a queue.</summary>
internal sealed class SupervisorHarness : IAsyncDisposable
{
    private readonly Channel<SessionEvent> _events = Channel.CreateUnbounded<SessionEvent>();

    public SupervisorHarness(SupervisorOptions? options = null, params string[] subscribe)
    {
        Profile = new Profile
        {
            Name = "test",
            Protocol = "fake",
            Endpoints = [new Endpoint(Transport.Schemes[0], "localhost", 4000, "")],
            Subscriptions = [.. subscribe.Select(topic => new Subscription(topic))],
            Values = SettingValues.Empty,
        };
        Resolve = _ => Task.FromResult(Profile);
        Supervisor = new SessionSupervisor(
            Transport,
            token =>
            {
                Resolved++;
                return Resolve(token);
            },
            new Inbox(100, 1 << 20, () => { }),
            happened => _events.Writer.TryWrite(happened),
            options ?? new SupervisorOptions(new ReconnectPolicy(new HalfRandom())),
            Time,
            NullLogger.Instance
        );
    }

    public FakeTransport Transport { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public Profile Profile { get; set; }

    public Func<CancellationToken, Task<Profile>> Resolve { get; set; }

    public int Resolved { get; private set; }

    public SessionSupervisor Supervisor { get; }

    /// <summary>Waits for the next event and expects it to be of this case.</summary>
    public async Task<T> NextAsync<T>()
        where T : SessionEvent
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        return Assert.IsType<T>(await _events.Reader.ReadAsync(limit.Token));
    }

    /// <summary>Starts, and waits until it is connected.</summary>
    public async Task<FakeSession> ConnectedAsync()
    {
        Supervisor.Start();
        return await ConnectsAsync();
    }

    /// <summary>Waits for an attempt that succeeds.</summary>
    public async Task<FakeSession> ConnectsAsync()
    {
        await NextAsync<SessionEvent.Connecting>();
        await NextAsync<SessionEvent.Connected>();
        return await Transport.NextSessionAsync();
    }

    public bool HasNoMoreEvents => !_events.Reader.TryPeek(out _);

    public ValueTask DisposeAsync() => Supervisor.DisposeAsync();

    private sealed class HalfRandom : Random
    {
        public override double NextDouble() => 0.5;
    }
}
