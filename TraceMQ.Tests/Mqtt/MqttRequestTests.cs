using System.Diagnostics;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Mqtt;

/// <summary>Requests and their responses, over a real mosquitto.</summary>
public sealed class MqttRequestTests : MosquittoTests
{
    [Fact]
    public async Task A_request_gets_its_reply_and_both_are_listed_as_one_exchange()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        using var responder = await RespondAsync(replies: 1);

        var replies = await AskAsync(session, MqttSessionTests.Message("ask", "how hot?"), TimeSpan.FromSeconds(20));

        var reply = Assert.Single(replies);
        Assert.Equal("re: how hot?", MqttSessionTests.Text(reply));
        Assert.NotNull(reply.Details.Find("rtt_ms"));
        var sent = await surroundings.NextAsync(message => message.Direction == Direction.Out);
        var received = await surroundings.NextAsync(message => message.Direction == Direction.In);
        Assert.Equal("ask", sent.Topic);
        Assert.Equal(sent.Exchange, received.Exchange);
        Assert.NotNull(sent.Exchange);
        Assert.Equal(received.Topic, sent.Details.Find("response_topic")?.Text);
    }

    [Fact]
    public async Task Several_replies_are_taken_until_there_are_enough()
    {
        var session = await ConnectAsync(new Surroundings());
        using var responder = await RespondAsync(replies: 3);

        var replies = await AskAsync(
            session,
            MqttSessionTests.Message("ask", "x", ("correlation_data", "mine"), ("response_topic", "my/answers")),
            TimeSpan.FromSeconds(20),
            count: 3
        );

        Assert.Equal(3, replies.Count);
        Assert.All(replies, reply => Assert.Equal("my/answers", reply.Topic));
    }

    [Fact]
    public async Task A_reply_is_not_doubled_by_a_subscription_that_matches_it_too()
    {
        var surroundings = new Surroundings();
        var session = await ConnectAsync(surroundings);
        await session.SubscribeAsync(new Subscription("my/#"), null, CancellationToken.None);
        using var responder = await RespondAsync(replies: 1);

        await AskAsync(
            session,
            MqttSessionTests.Message("ask", "x", ("response_topic", "my/answers")),
            TimeSpan.FromSeconds(20)
        );
        await session.PublishAsync(MqttSessionTests.Message("my/end", "x", ("qos", 1)), CancellationToken.None);

        Assert.Equal("my/answers", (await surroundings.NextAsync(message => message.Direction == Direction.In)).Topic);
        Assert.Equal("my/end", (await surroundings.NextAsync(message => message.Direction == Direction.In)).Topic);
    }

    [Fact]
    public async Task Nobody_there_to_reply_is_told_apart_from_a_reply_that_does_not_come()
    {
        var session = await ConnectAsync(new Surroundings());
        var listener = await ConnectAsync(new Surroundings());

        var nobody = await Assert.ThrowsAsync<TransportException>(() =>
            AskAsync(session, MqttSessionTests.Message("ask", "x"), TimeSpan.FromSeconds(20))
        );
        await listener.SubscribeAsync(new Subscription("ask"), null, CancellationToken.None);
        var silence = await Assert.ThrowsAsync<TransportException>(() =>
            AskAsync(session, MqttSessionTests.Message("ask", "x"), TimeSpan.FromMilliseconds(100))
        );

        Assert.Equal(FailureKind.RefusedByPeer, nobody.Kind);
        Assert.StartsWith("Nobody subscribes to ask", nobody.Message, StringComparison.Ordinal);
        Assert.Equal(FailureKind.TimedOut, silence.Kind);
        Assert.StartsWith("No reply to ask came within 100ms", silence.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_waits_ends_with_the_connection()
    {
        var session = await ConnectAsync(new Surroundings());
        var listening = new Surroundings();
        var listener = await ConnectAsync(listening);
        await listener.SubscribeAsync(new Subscription("ask"), null, CancellationToken.None);
        var asking = AskAsync(session, MqttSessionTests.Message("ask", "x"), TimeSpan.FromMinutes(5));
        await listening.NextInAsync("ask");

        await Broker.KillAsync();

        var failure = await Assert.ThrowsAsync<TransportException>(() => asking.WaitAsync(Surroundings.Patience));
        Assert.Equal(FailureKind.Lost, failure.Kind);
    }

    [Fact]
    public async Task Before_5_0_there_are_no_requests()
    {
        var session = await ConnectAsync(new Surroundings(), ("mqtt.version", "3.1.1"));

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            AskAsync(session, MqttSessionTests.Message("ask", "x"), TimeSpan.FromSeconds(20))
        );

        Assert.False(session.Capabilities.HasFlag(Capabilities.Request));
        Assert.Contains("mqtt.version", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<List<Message>> AskAsync(
        ISession session,
        OutgoingMessage message,
        TimeSpan timeout,
        int count = 1
    )
    {
        var replies = new List<Message>();
        await foreach (
            var reply in session
                .Feature<IRequests>()!
                .RequestAsync(message, new RequestOptions(timeout, count), CancellationToken.None)
        )
            replies.Add(reply);
        return replies;
    }

    /// <summary>Somebody of another make who answers one request.</summary>
    private async Task<Process> RespondAsync(int replies)
    {
        // %R is the response topic, %D the correlation data.
        var script = $"""
            read -r topic data payload < <(mosquitto_sub -V mqttv5 -p {Broker.Port} -t ask -C 1 -F '%R %D %p')
            for i in $(seq {replies}); do
              mosquitto_pub -V mqttv5 -p {Broker.Port} -t "$topic" -m "re: $payload" -D publish correlation-data "$data"
            done
            """;
        var process = Process.Start(new ProcessStartInfo("bash", ["-c", script]))!;
        await Broker.WaitForLogAsync("\task (QoS");
        return process;
    }
}
