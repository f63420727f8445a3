using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Mqtt;

/// <summary>The last will, as a foreign subscriber of a real broker sees it.</summary>
public sealed class MqttWillTests
{
    private const string Format = "%p|qos %q|retain %r|%C|%E|%R|%D|%F|%P";

    [Fact]
    public async Task A_client_that_is_cut_off_leaves_its_will_with_every_field()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var proxy = new CuttingProxy(broker.Port);
        await using var subscriber = await MosquittoSub.StartAsync(broker.Port, "clients/#", Format);
        await using var session = await ConnectAsync(
            proxy.Port,
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
        await using var late = await MosquittoSub.StartAsync(broker.Port, "clients/#", Format);
        Assert.Contains("|gone|qos 1|retain 1|", await late.NextLineAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("3.1")]
    [InlineData("3.1.1")]
    public async Task A_client_of_an_older_version_leaves_its_will_too(string version)
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var proxy = new CuttingProxy(broker.Port);
        await using var subscriber = await MosquittoSub.StartAsync(broker.Port, "clients/#", "%p|qos %q");
        await using var session = await ConnectAsync(
            proxy.Port,
            ("mqtt.version", version),
            ("mqtt.will.topic", "clients/inspector"),
            ("mqtt.will.payload", "gone"),
            ("mqtt.will.qos", "2")
        );

        proxy.Cut();

        Assert.Equal("clients/inspector|gone|qos 2", await subscriber.NextLineAsync());
    }

    private static Task<ISession> ConnectAsync(int port, params (string, string)[] values) =>
        MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(port, values),
            new Surroundings().Context,
            CancellationToken.None
        );
}
