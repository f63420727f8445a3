using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Mqtt;

/// <summary>The last will, as a foreign subscriber of a real broker sees it.</summary>
public sealed class MqttWillTests : MosquittoTests
{
    private const string Format = "%p|qos %q|retain %r|%C|%E|%R|%D|%F|%P";

    [Fact]
    public async Task A_client_that_is_cut_off_leaves_its_will_with_every_field()
    {
        await using var proxy = new CuttingProxy(Broker.Port);
        await using var subscriber = await MosquittoSub.StartAsync(Broker.Port, "clients/#", Format);
        await ConnectAsync(
            proxy.Port,
            new Surroundings(),
            ("mqtt.will.topic", "clients/inspector"),
            ("mqtt.will.payload", "gone"),
            ("mqtt.will.qos", "1"),
            ("mqtt.will.retain", "true"),
            ("mqtt.will.delay", "1s"),
            ("mqtt.will.message_expiry", "1h"),
            ("mqtt.will.content_type", "text/plain"),
            ("mqtt.will.response_topic", "clients/answers"),
            ("mqtt.will.correlation_data", "hex:6162"),
            ("mqtt.will.payload_format", "utf-8"),
            ("mqtt.will.user_properties", "why=lost"),
            // A will with a delay outlives the connection only inside a session that does.
            ("mqtt.session_expiry", "1m")
        );
        var cut = TimeProvider.System.GetTimestamp();

        proxy.Cut();

        Assert.Equal(
            "clients/inspector|gone|qos 1|retain 0|text/plain|3600|clients/answers|ab|1|why:lost",
            await subscriber.NextLineAsync()
        );
        Assert.True(TimeProvider.System.GetElapsedTime(cut) > TimeSpan.FromMilliseconds(500), "the will came at once");
        await using var late = await MosquittoSub.StartAsync(Broker.Port, "clients/#", Format);
        Assert.Contains("|gone|qos 1|retain 1|", await late.NextLineAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.1")]
    [InlineData("3.1.1")]
    public async Task A_client_of_an_older_version_leaves_its_will_too(string version)
    {
        await using var proxy = new CuttingProxy(Broker.Port);
        await using var subscriber = await MosquittoSub.StartAsync(Broker.Port, "clients/#", "%p|qos %q");
        await ConnectAsync(
            proxy.Port,
            new Surroundings(),
            ("mqtt.version", version),
            ("mqtt.will.topic", "clients/inspector"),
            ("mqtt.will.payload", "gone"),
            ("mqtt.will.qos", "2")
        );

        proxy.Cut();

        Assert.Equal("clients/inspector|gone|qos 2", await subscriber.NextLineAsync());
    }

    [Fact]
    public async Task A_will_arrives_here_with_every_field()
    {
        await using var proxy = new CuttingProxy(Broker.Port);
        var witness = new Surroundings();
        var watching = await ConnectAsync(Broker.Port, witness);
        await watching.SubscribeAsync(
            MqttSessionTests.Subscription("clients/#", ("qos", 2)),
            null,
            CancellationToken.None
        );
        var session = await ConnectAsync(
            proxy.Port,
            new Surroundings(),
            ("mqtt.will.topic", "clients/inspector"),
            ("mqtt.will.payload", "gone"),
            ("mqtt.will.qos", "1"),
            ("mqtt.will.retain", "true"),
            ("mqtt.will.message_expiry", "1h"),
            ("mqtt.will.content_type", "text/plain"),
            ("mqtt.will.response_topic", "clients/answers"),
            ("mqtt.will.correlation_data", "hex:00ff"),
            ("mqtt.will.payload_format", "utf-8"),
            ("mqtt.will.user_properties", "why=lost")
        );

        proxy.Cut();

        var will = await witness.NextInAsync("clients/inspector");
        Assert.Equal("gone", MqttSessionTests.Text(will));
        Assert.Equal(1, will.Details.Find("qos")?.Number);
        Assert.Equal("text/plain", will.Details.Find("content_type")?.Text);
        Assert.Equal("clients/answers", will.Details.Find("response_topic")?.Text);
        Assert.Equal([0x00, 0xFF], will.Details.Find("correlation_data")?.Bytes.ToArray());
        Assert.Equal("utf-8", will.Details.Find("payload_format")?.Text);
        Assert.InRange(will.Details.Find("message_expiry")!.Value.Number, 3590, 3600);
        Assert.Equal([new Header("why", "lost")], will.Headers);
        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.Equal(FailureKind.Lost, lost.Kind);
    }

    [Theory]
    [InlineData("3.1")]
    [InlineData("3.1.1")]
    [InlineData("5.0")]
    public async Task The_will_of_a_client_that_says_goodbye_is_not_published(string version)
    {
        var witness = new Surroundings();
        var watching = await ConnectAsync(Broker.Port, witness);
        await watching.SubscribeAsync(new Subscription("clients/#"), null, CancellationToken.None);
        var session = await ConnectAsync(
            Broker.Port,
            new Surroundings(),
            ("mqtt.version", version),
            ("mqtt.will.topic", "clients/inspector"),
            ("mqtt.will.payload", "gone")
        );

        await session.DisposeAsync();
        await watching.PublishAsync(MqttSessionTests.Message("clients/end", "x"), CancellationToken.None);

        Assert.Equal("clients/end", (await witness.NextAsync(message => message.Direction == Direction.In)).Topic);
    }

    [Fact]
    public async Task A_delayed_will_does_not_come_where_the_client_is_back_in_time()
    {
        await using var proxy = new CuttingProxy(Broker.Port);
        var witness = new Surroundings();
        var watching = await ConnectAsync(Broker.Port, witness);
        await watching.SubscribeAsync(new Subscription("clients/#"), null, CancellationToken.None);
        (string, string)[] profile =
        [
            ("mqtt.client_id", "delayed"),
            ("mqtt.clean_session", "false"),
            ("mqtt.will.topic", "clients/inspector"),
            ("mqtt.will.delay", "30s"),
        ];
        await ConnectAsync(proxy.Port, new Surroundings(), profile);
        proxy.Cut();

        await ConnectAsync(proxy.Port, new Surroundings(), profile);
        await watching.PublishAsync(MqttSessionTests.Message("clients/end", "x"), CancellationToken.None);

        Assert.Equal("clients/end", (await witness.NextAsync(message => message.Direction == Direction.In)).Topic);
    }
}
