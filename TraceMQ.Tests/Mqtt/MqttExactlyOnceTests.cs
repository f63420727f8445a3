using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport.Sessions;

namespace TraceMQ.Tests.Mqtt;

/// <summary>Messages of QoS 2 that a broker sends again (MQTT 5.0, 4.3.3).</summary>
public sealed class MqttExactlyOnceTests
{
    private const byte PubRec = 0x50;
    private const byte PubComp = 0x70;
    private const ushort Id = 7;

    [Fact]
    public async Task A_message_that_is_sent_again_before_its_release_is_shown_once()
    {
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                _ = await MqttPackets.ReadAsync(stream, stop);
                await stream.WriteAsync(MqttPackets.Accepted, stop);
                await stream.WriteAsync(MqttPackets.Publish(2, Id, "first"), stop);
                _ = await MqttPackets.ReadAsync(stream, PubRec, stop);
                await stream.WriteAsync(MqttPackets.Publish(2, Id, "first", isDuplicate: true), stop);
                _ = await MqttPackets.ReadAsync(stream, PubRec, stop);
                await ReleaseAsync(stream, stop);
                // The identifier is free again, so this is another message, even where its first sending was lost.
                await stream.WriteAsync(MqttPackets.Publish(2, Id, "second", isDuplicate: true), stop);
                _ = await MqttPackets.ReadAsync(stream, PubRec, stop);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }
        );
        var surroundings = new Surroundings();
        await using var session = await MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(peer.Port),
            surroundings.Context,
            CancellationToken.None
        );

        Assert.Equal("first", MqttSessionTests.Text(await surroundings.NextInAsync("a")));
        Assert.Equal("second", MqttSessionTests.Text(await surroundings.NextInAsync("a")));
    }

    // A broker that says so is believed: better a message twice than one that is never seen.
    [Fact]
    public async Task A_message_that_is_sent_as_new_is_shown_even_where_its_number_is_not_free()
    {
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                _ = await MqttPackets.ReadAsync(stream, stop);
                await stream.WriteAsync(MqttPackets.Accepted, stop);
                await stream.WriteAsync(MqttPackets.Publish(2, Id, "first"), stop);
                _ = await MqttPackets.ReadAsync(stream, PubRec, stop);
                await stream.WriteAsync(MqttPackets.Publish(2, Id, "second"), stop);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }
        );
        var surroundings = new Surroundings();
        await using var session = await MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(peer.Port),
            surroundings.Context,
            CancellationToken.None
        );

        Assert.Equal("first", MqttSessionTests.Text(await surroundings.NextInAsync("a")));
        Assert.Equal("second", MqttSessionTests.Text(await surroundings.NextInAsync("a")));
    }

    [Theory]
    [InlineData(true, "first,end")]
    [InlineData(false, "first,first,end")]
    public async Task After_a_lost_connection_a_message_is_known_again_exactly_where_the_session_goes_on(
        bool isResumed,
        string shown
    )
    {
        var connections = 0;
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                _ = await MqttPackets.ReadAsync(stream, stop);
                if (Interlocked.Increment(ref connections) == 1)
                {
                    await stream.WriteAsync(MqttPackets.Accepted, stop);
                    await stream.WriteAsync(MqttPackets.Publish(2, Id, "first"), stop);
                    _ = await MqttPackets.ReadAsync(stream, PubRec, stop);
                    return;
                }

                await stream.WriteAsync(isResumed ? MqttPackets.Resumed : MqttPackets.Accepted, stop);
                await stream.WriteAsync(MqttPackets.Publish(2, Id, "first", isDuplicate: true), stop);
                _ = await MqttPackets.ReadAsync(stream, PubRec, stop);
                await ReleaseAsync(stream, stop);
                await stream.WriteAsync(MqttPackets.Publish(2, Id, "end"), stop);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }
        );
        var surroundings = new Surroundings();
        await using var supervisor = new SessionSupervisor(
            MqttProfiles.Transport,
            _ =>
                Task.FromResult(
                    MqttProfiles.Of(peer.Port, ("mqtt.client_id", "keeper"), ("mqtt.clean_session", "false"))
                ),
            surroundings.Inbox,
            _ => { },
            new SupervisorOptions(new ReconnectPolicy(new Random(1))),
            TimeProvider.System,
            surroundings.Log
        );
        supervisor.Start();

        foreach (var text in shown.Split(','))
            Assert.Equal(text, MqttSessionTests.Text(await surroundings.NextInAsync("a")));
    }

    private static async Task ReleaseAsync(Stream stream, CancellationToken stop)
    {
        await stream.WriteAsync(MqttPackets.PubRel(Id), stop);
        _ = await MqttPackets.ReadAsync(stream, PubComp, stop);
    }
}
