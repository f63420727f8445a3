using System.Globalization;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Kafka;

/// <summary>Each way in which connecting and sending fail has its sentence.</summary>
public sealed class KafkaFailureTests
{
    [Fact]
    public async Task A_name_that_is_not_there()
    {
        var failure = await FailsAsync("kafka://nowhere.invalid:9092");

        Assert.Equal(FailureKind.NameNotFound, failure.Kind);
        Assert.Contains("nowhere.invalid", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_where_nobody_listens()
    {
        var failure = await FailsAsync("kafka://127.0.0.1:1");

        Assert.Equal(FailureKind.Refused, failure.Kind);
        Assert.StartsWith("127.0.0.1:1 refused the connection", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "it answered \"HTTP…\"")]
    [InlineData("\u007f\u0001\u0002\u0003\0\0\0\0", "it answered the bytes 7f010203")]
    public async Task A_peer_that_is_no_broker(string answer, string words)
    {
        await using var peer = ScriptedPeer.Answering([.. answer.Select(character => (byte)character)]);

        var failure = await FailsAsync(At(peer.Port));

        Assert.Equal(FailureKind.NotThisProtocol, failure.Kind);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_hangs_up()
    {
        await using var peer = new ScriptedPeer(
            async (stream, stop) =>
                _ = await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, stop)
        );

        var failure = await FailsAsync(At(peer.Port));

        Assert.Equal(FailureKind.Lost, failure.Kind);
        Assert.Contains("closed the connection without an answer", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_is_silent()
    {
        await using var peer = new ScriptedPeer(
            (_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop)
        );

        var failure = await FailsAsync(At(peer.Port));

        Assert.Equal(FailureKind.TimedOut, failure.Kind);
        Assert.Contains("did not answer in time", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_next_address_is_tried_and_the_first_is_told()
    {
        await using var broker = await KafkaBroker.StartAsync("a");
        var surroundings = new Surroundings();
        await using var session = await KafkaProfiles.Transport.ConnectAsync(
            KafkaProfiles.Of(("url", $"kafka://127.0.0.1:1,{At(broker.Port)}")),
            surroundings.Context,
            CancellationToken.None
        );

        Assert.False(session.Completion.IsCompleted);
        Assert.Contains(
            "Trying the next address",
            (await surroundings.Notices.Reader.ReadAsync()).Text,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("nobody.has.it", "x", "kafka.create_topics = true")]
    [InlineData("a/9", "x", "a has 4 partitions")]
    public async Task What_goes_nowhere_is_refused_in_words(string topic, string payload, string words)
    {
        await using var broker = await KafkaBroker.StartAsync("a");
        var surroundings = new Surroundings();
        await using var session = await broker.ConnectAsync(surroundings);

        var result = await session.PublishAsync(KafkaProfiles.Message(topic, payload), CancellationToken.None);

        Assert.False(result.IsAccepted);
        Assert.Contains(words, result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_is_made_where_the_profile_wants_it()
    {
        await using var broker = await KafkaBroker.StartAsync();
        await using var session = await broker.ConnectAsync(new Surroundings(), ("kafka.create_topics", "true"));

        var result = await session.PublishAsync(KafkaProfiles.Message("made", "x"), CancellationToken.None);

        Assert.True(result.IsAccepted, result.Text);
        Assert.Matches("^written to partition [0-3] at offset 0$", result.Text);
    }

    [Theory]
    [InlineData("a/1", "", "partition", "2", "another partition")]
    [InlineData("a", "x", "tombstone", "true", "a tombstone has no value")]
    [InlineData("a b", "", "key", "k", "letters, digits")]
    public async Task What_cannot_be_sent_as_it_is(string topic, string payload, string key, string value, string words)
    {
        await using var broker = await KafkaBroker.StartAsync("a");
        var surroundings = new Surroundings();
        await using var session = await broker.ConnectAsync(surroundings);

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            session.PublishAsync(KafkaProfiles.Message(topic, payload, (key, value)), CancellationToken.None)
        );

        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_received_record_is_sent_again_with_all_it_carried()
    {
        await using var broker = await KafkaBroker.StartAsync("a");
        var surroundings = new Surroundings();
        await using var session = await broker.ConnectAsync(surroundings);
        await session.SubscribeAsync(new Subscription("a"), null, CancellationToken.None);
        var first = KafkaProfiles.Message("a/2", "", ("tombstone", "true"), ("key", "hex:"));
        await session.PublishAsync(first, CancellationToken.None);
        var received = await surroundings.NextInAsync("a");

        var options = KafkaProfiles.Transport.OptionsOf(received);
        await session.PublishAsync(
            new OutgoingMessage
            {
                Topic = "a",
                Payload = received.Payload,
                Options = options,
            },
            CancellationToken.None
        );

        var again = await surroundings.NextInAsync("a");
        Assert.True(again.Details.Find("tombstone")!.Value.Flag);
        Assert.True(again.Details.Find("key")!.Value.Bytes.IsEmpty);
    }

    private static string At(int port) => string.Create(CultureInfo.InvariantCulture, $"kafka://127.0.0.1:{port}");

    private static Task<TransportException> FailsAsync(string url) =>
        Assert.ThrowsAsync<TransportException>(() =>
            KafkaProfiles.Transport.ConnectAsync(
                KafkaProfiles.Of(("url", url)),
                new Surroundings().Context,
                CancellationToken.None
            )
        );
}
