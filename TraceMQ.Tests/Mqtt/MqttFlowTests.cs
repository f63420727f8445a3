using System.Globalization;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Mqtt;

/// <summary>How much can wait here: what is not acknowledged never outruns the store, whatever the broker.</summary>
public sealed class MqttFlowTests
{
    private const int Room = 3;

    // mosquitto's own window is 20 by default. It does not always keep to one: it sends a few more, but by far not all.
    [Theory]
    [InlineData("5.0", 1, 5)]
    [InlineData("5.0", 2, 5)]
    [InlineData("3.1.1", 1, 20)]
    public async Task The_broker_stops_sending_while_the_store_is_full(string version, int qos, int window)
    {
        const int Sent = 200;
        const int Most = 60;
        await using var broker = await Mosquitto.StartAsync();
        var surroundings = new Surroundings(capacity: Room);
        (string, string)[] values =
            version == "5.0"
                ? [("mqtt.receive_maximum", window.ToString(CultureInfo.InvariantCulture))]
                : [("mqtt.version", version)];
        await using var session = await ConnectAsync(broker.Port, surroundings, values);
        await session.SubscribeAsync(MqttSessionTests.Subscription("flow", ("qos", qos)), null, CancellationToken.None);
        await using var sending = await ConnectAsync(broker.Port, new Surroundings());
        await using var wire = new WireCount(surroundings, "PUBLISH");

        for (var i = 0; i < Sent; i++)
            await sending.PublishAsync(
                MqttSessionTests.Message("flow", i.ToString(CultureInfo.InvariantCulture), ("qos", qos)),
                CancellationToken.None
            );
        await Surroundings.UntilAsync(() => wire.Count >= window, "the window is full");
        // The broker answers in order: what it wanted to send before this answer is here.
        await session.UnsubscribeAsync(new Subscription("nothing"), CancellationToken.None);

        Assert.InRange(wire.Count, window, Most);
        for (var i = 0; i < Sent; i++)
            Assert.Equal(
                i.ToString(CultureInfo.InvariantCulture),
                MqttSessionTests.Text(await surroundings.NextInAsync("flow"))
            );
        Assert.Equal(0, surroundings.Inbox.Dropped);
    }

    [Fact]
    public async Task A_broker_that_sends_more_than_can_be_outstanding_is_left_with_a_reason()
    {
        var goodbye = new TaskCompletionSource<byte[]>();
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                _ = await MqttPackets.ReadAsync(stream, stop);
                await stream.WriteAsync(MqttPackets.Accepted, stop);
                var packet = MqttPackets.Publish(1, 1, "x");
                // Room is for the first, which is acknowledged; the others wait.
                var flood = Enumerable.Repeat(packet, ushort.MaxValue + Room + 1).SelectMany(bytes => bytes).ToArray();
                await stream.WriteAsync(flood, stop);
                goodbye.SetResult(await MqttPackets.ReadAsync(stream, 0xE0, stop));
            }
        );
        var session = await ConnectAsync(peer.Port, new Surroundings(capacity: Room));

        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );
        await session.DisposeAsync();

        Assert.Contains("before the first was acknowledged", lost.Message, StringComparison.Ordinal);
        // DISCONNECT with reason 0x93, receive maximum exceeded.
        Assert.Equal(0x93, (await goodbye.Task.WaitAsync(Surroundings.Patience))[2]);
    }

    // We allow no topic aliases, so that a broker has no use for a message without a topic.
    [Fact]
    public async Task A_broker_that_sends_a_message_without_a_topic_is_left_with_a_reason()
    {
        var goodbye = new TaskCompletionSource<byte[]>();
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                _ = await MqttPackets.ReadAsync(stream, stop);
                await stream.WriteAsync(MqttPackets.Accepted, stop);
                await stream.WriteAsync(Convert.FromHexString("3006000003230001"), stop);
                goodbye.SetResult(await MqttPackets.ReadAsync(stream, 0xE0, stop));
            }
        );
        var session = await ConnectAsync(peer.Port, new Surroundings());

        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );
        await session.DisposeAsync();

        Assert.Contains("sent a message without a topic", lost.Message, StringComparison.Ordinal);
        // DISCONNECT with reason 0x94, topic alias invalid.
        Assert.Equal(0x94, (await goodbye.Task.WaitAsync(Surroundings.Patience))[2]);
    }

    [Fact]
    public async Task A_broker_that_sends_large_messages_waits_until_there_is_room()
    {
        const int Size = 1 << 20;
        const int Sent = 100;
        var sent = 0;
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                _ = await MqttPackets.ReadAsync(stream, stop);
                await stream.WriteAsync(MqttPackets.Accepted, stop);
                var payload = new string('x', Size);
                for (ushort id = 1; id <= Sent; id++)
                {
                    await stream.WriteAsync(MqttPackets.Publish(1, id, payload), stop);
                    Interlocked.Increment(ref sent);
                }

                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }
        );
        var surroundings = new Surroundings(capacity: Room);
        await using var session = await ConnectAsync(peer.Port, surroundings);
        await Surroundings.UntilAsync(() => Volatile.Read(ref sent) > 32, "what fits here was sent");

        // Only then: the limit here, the room in the inbox, and what the buffers of two sockets can hold.
        Assert.InRange(Volatile.Read(ref sent), 33, 32 + Room + 20);
        for (var i = 0; i < Sent; i++)
            Assert.Equal(Size, (await surroundings.NextInAsync("a")).Payload.Length);
    }

    // The header of a packet of 256 MB, and nothing of the packet.
    [Theory]
    [InlineData("5.0", "20 03 00 00 00")]
    [InlineData("3.1.1", "20 02 00 00")]
    public async Task A_packet_that_is_announced_larger_than_we_take_ends_the_session_before_room_is_made(
        string version,
        string accepted
    )
    {
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
            {
                _ = await MqttPackets.ReadAsync(stream, stop);
                await stream.WriteAsync(
                    Convert.FromHexString(accepted.Replace(" ", "", StringComparison.Ordinal)),
                    stop
                );
                await stream.WriteAsync(Convert.FromHexString("30FFFFFF7F"), stop);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }
        );
        var before = GC.GetTotalAllocatedBytes();
        await using var session = await ConnectAsync(peer.Port, new Surroundings(), ("mqtt.version", version));

        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );

        Assert.Contains("mqtt.maximum_packet_size is 16MB", lost.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 128 << 20);
    }

    private static Task<ISession> ConnectAsync(int port, Surroundings surroundings, params (string, string)[] values) =>
        MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(port, values),
            surroundings.Context,
            CancellationToken.None
        );
}
