using System.Text;
using CsCheck;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Mqtt;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Tests.Mqtt;

public sealed class MqttWireLogTests
{
    [Fact]
    public async Task Packets_of_both_directions_are_shown_with_their_fields_while_somebody_reads()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        var surroundings = new Surroundings();
        await using var session = await ConnectAsync(broker.Port, surroundings);
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        // The session has been idle in the middle of a read: a packet that began before the reader came must not end it.
        await session.SubscribeAsync(new Subscription("before"), null, timeout.Token);

        await using var packets = surroundings
            .Context.Wire.ReadAsync(null, timeout.Token)
            .GetAsyncEnumerator(timeout.Token);
        var first = packets.MoveNextAsync();
        await session.SubscribeAsync(new Subscription("a/+"), null, timeout.Token);
        await session.PublishAsync(MqttSessionTests.Message("a/b", "hello", ("qos", 1)), timeout.Token);
        var records = new List<WireRecord>();
        Assert.True(await first);
        do records.Add(packets.Current);
        while (records.Count < 5 && await packets.MoveNextAsync());

        Assert.Equal(
            ["PUBACK", "PUBLISH", "PUBLISH", "SUBACK", "SUBSCRIBE"],
            records.Select(record => record.Kind).Order()
        );
        var subscribe = records.Single(record => record.Kind == "SUBSCRIBE");
        Assert.Equal(Direction.Out, subscribe.Direction);
        Assert.Contains(subscribe.Fields, field => field is { Label: "topic", Value: "a/+ QoS 0" });
        Assert.Equal(subscribe.Length, subscribe.Bytes.Length);
        var publish = records.First(record => record is { Kind: "PUBLISH", Direction: Direction.Out });
        Assert.Contains("topic=a/b", publish.Summary, StringComparison.Ordinal);
        Assert.Contains(publish.Fields, field => field is { Label: "size", Value: "5" });
        Assert.Contains(records, record => record is { Kind: "PUBACK", Direction: Direction.In });
        Assert.False(session.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_large_packet_is_cut_and_says_its_whole_length()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        var surroundings = new Surroundings();
        await using var session = await ConnectAsync(broker.Port, surroundings);
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        await using var packets = surroundings
            .Context.Wire.ReadAsync(null, timeout.Token)
            .GetAsyncEnumerator(timeout.Token);
        var first = packets.MoveNextAsync();

        await session.PublishAsync(MqttSessionTests.Message("large", new string('x', 100_000)), timeout.Token);

        Assert.True(await first);
        Assert.Equal("PUBLISH", packets.Current.Kind);
        Assert.Equal(4096, packets.Current.Bytes.Length);
        Assert.True(packets.Current.Length > 100_000);
        Assert.Contains(packets.Current.Fields, field => field is { Label: "size", Value: "100000" });
    }

    [Fact]
    public async Task A_slow_reader_misses_the_oldest_and_is_told_how_many()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        var surroundings = new Surroundings();
        await using var session = await ConnectAsync(broker.Port, surroundings);
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        await using var packets = surroundings
            .Context.Wire.ReadAsync(null, timeout.Token)
            .GetAsyncEnumerator(timeout.Token);
        var first = packets.MoveNextAsync();
        await session.PublishAsync(MqttSessionTests.Message("0", "x"), timeout.Token);
        Assert.True(await first);

        for (var i = 0; i < WireLog.Capacity + 10; i++)
            await session.PublishAsync(MqttSessionTests.Message("1", "x"), timeout.Token);
        Assert.True(await packets.MoveNextAsync());

        Assert.Equal("missed", packets.Current.Kind);
        Assert.StartsWith("10 packets", packets.Current.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recording_goes_on_with_the_session_that_replaces_a_lost_one()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        var surroundings = new Surroundings();
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        var first = await ConnectAsync(broker.Port, surroundings);
        await using var packets = surroundings
            .Context.Wire.ReadAsync(null, timeout.Token)
            .GetAsyncEnumerator(timeout.Token);
        var next = packets.MoveNextAsync();
        await first.DisposeAsync();
        await using var second = await ConnectAsync(broker.Port, surroundings);

        await second.PublishAsync(MqttSessionTests.Message("again", "x"), timeout.Token);

        do Assert.True(await next);
        while (packets.Current.Kind != "PUBLISH" && (next = packets.MoveNextAsync()) is var _);
        Assert.Contains("topic=again", packets.Current.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V500, 0)]
    [InlineData(MqttProtocolVersion.V311, 0)]
    [InlineData(MqttProtocolVersion.V311, 5000)]
    public void A_password_never_shows(MqttProtocolVersion version, int padding)
    {
        var connect = new MqttConnectPacket
        {
            ClientId = new string('i', padding) + "me",
            Username = "user",
            Password = Encoding.UTF8.GetBytes("s3cret"),
            CleanSession = true,
        };
        var bytes = new MqttPacketFormatterAdapter(version, new MqttBufferWriter(64, 65_535)).Encode(connect).ToArray();

        var record = new MqttPacketDecoder(version).Decode(CapturedPacket.Of(default, Direction.Out, bytes))!;

        Assert.Equal("CONNECT", record.Kind);
        Assert.DoesNotContain("s3cret", Encoding.Latin1.GetString(record.Bytes.Span), StringComparison.Ordinal);
        Assert.DoesNotContain(record.Fields, field => field.Value.Contains("s3cret", StringComparison.Ordinal));
        Assert.Equal((byte)'*', record.Bytes.Span[^1]);
        Assert.Contains("s3cret", Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void No_bytes_make_the_decoder_fail() =>
        Gen
            .Byte.Array[0, 60]
            .Sample(
                bytes =>
                {
                    if (bytes.Length > 1)
                        bytes[1] = (byte)Math.Min(bytes.Length - 2, 127);
                    var packet = CapturedPacket.Of(default, Direction.In, bytes);
                    new MqttPacketDecoder(MqttProtocolVersion.V500).Decode(packet);
                    new MqttPacketDecoder(MqttProtocolVersion.V311).Decode(packet);
                },
                iter: 20_000
            );

    private static Task<ISession> ConnectAsync(int port, Surroundings surroundings) =>
        MqttProfiles.Transport.ConnectAsync(MqttProfiles.Of(port), surroundings.Context, CancellationToken.None);
}
