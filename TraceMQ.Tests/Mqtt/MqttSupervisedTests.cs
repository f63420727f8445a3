using System.Threading.Channels;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;

namespace TraceMQ.Tests.Mqtt;

/// <summary>The client under the supervisor, with a broker that comes and goes.</summary>
public sealed class MqttSupervisedTests
{
    private readonly Channel<SessionEvent> _events = Channel.CreateUnbounded<SessionEvent>();

    [Fact]
    public async Task A_broker_that_is_killed_and_comes_back_is_subscribed_again()
    {
        var surroundings = new Surroundings();
        var first = await Mosquitto.StartAsync();
        await using var supervisor = Supervise(first.Port, surroundings, ("subscribe", "news/#"));
        await UntilAsync<SessionEvent.Subscribed>();

        await first.DisposeAsync();
        var waiting = await UntilAsync<SessionEvent.Waiting>();
        Assert.False(waiting.Reason.IsFinal);
        await using var second = await Mosquitto.StartAsync(port: first.Port);
        await UntilAsync<SessionEvent.Subscribed>();

        await supervisor.PublishAsync(MqttSessionTests.Message("news/1", "again"), CancellationToken.None);
        Assert.Equal("again", MqttSessionTests.Text(await surroundings.NextInAsync("news/1")));
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task A_broker_that_is_killed_twenty_times_is_subscribed_again_each_time()
    {
        const int Rounds = 20;
        var surroundings = new Surroundings();
        var broker = await Mosquitto.StartAsync();
        await using var supervisor = Supervise(broker.Port, surroundings, ("subscribe", "news/#"));
        await UntilAsync<SessionEvent.Subscribed>();
        var inTime = 0;

        for (var round = 0; round < Rounds; round++)
        {
            await broker.DisposeAsync();
            await UntilAsync<SessionEvent.Waiting>();
            broker = await Mosquitto.StartAsync(port: broker.Port);
            var returned = TimeProvider.System.GetTimestamp();
            await UntilAsync<SessionEvent.Subscribed>();
            if (TimeProvider.System.GetElapsedTime(returned) < TimeSpan.FromSeconds(1))
                inTime++;
            await supervisor.PublishAsync(MqttSessionTests.Message("news/1", $"round {round}"), CancellationToken.None);
            Assert.Equal($"round {round}", MqttSessionTests.Text(await surroundings.NextInAsync("news/1")));
        }

        await broker.DisposeAsync();
        // Every round came back; the machine may be busy with something else for two of them.
        Assert.InRange(inTime, Rounds - 2, Rounds);
    }

    [Fact]
    public async Task A_wrong_password_is_not_tried_again()
    {
        await using var broker = await Mosquitto.StartAsync("me", "right");
        await using var supervisor = Supervise(
            broker.Port,
            new Surroundings(),
            ("auth.username", "me"),
            ("auth.password", "wrong")
        );

        var ended = await UntilAsync<SessionEvent.Ended>();

        Assert.Equal(FailureKind.Credentials, ended.Reason?.Kind);
    }

    [Theory]
    [InlineData("mqtt.will.topic", "gone")]
    [InlineData("mqtt.session_expiry", "1h")]
    public async Task What_would_leave_something_behind_is_not_connected_read_only(string key, string value)
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var supervisor = new SessionSupervisor(
            MqttProfiles.Transport,
            _ => Task.FromResult(MqttProfiles.Of(broker.Port, (key, value))),
            new Surroundings().Inbox,
            happened => _events.Writer.TryWrite(happened),
            new SupervisorOptions { IsReadOnly = true },
            TimeProvider.System,
            new RecordingLog()
        );
        supervisor.Start();

        var ended = await UntilAsync<SessionEvent.Ended>();

        Assert.Equal(FailureKind.Configuration, ended.Reason?.Kind);
        Assert.Contains(key, ended.Reason!.Message, StringComparison.Ordinal);
    }

    private SessionSupervisor Supervise(int port, Surroundings surroundings, params (string, string)[] values)
    {
        var supervisor = new SessionSupervisor(
            MqttProfiles.Transport,
            _ => Task.FromResult(MqttProfiles.Of(port, values)),
            surroundings.Inbox,
            happened => _events.Writer.TryWrite(happened),
            new SupervisorOptions(new ReconnectPolicy(new Random(1))),
            TimeProvider.System,
            surroundings.Log
        );
        supervisor.Start();
        return supervisor;
    }

    private async Task<T> UntilAsync<T>()
        where T : SessionEvent
    {
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        while (true)
        {
            if (await _events.Reader.ReadAsync(timeout.Token) is T wanted)
                return wanted;
        }
    }
}
