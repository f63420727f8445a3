using System.Text;
using System.Text.Json;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Kafka;

/// <summary>What others write we read, and what we write others read: kcat (librdkafka, older than ours) and npm's kafkajs.</summary>
public sealed class KafkaForeignTests : IAsyncLifetime
{
    private const string Topic = "foreign";
    private readonly Surroundings _surroundings = new();
    private KafkaBroker _broker = null!;
    private ISession _session = null!;

    public async Task InitializeAsync()
    {
        _broker = await KafkaBroker.StartAsync(Topic);
        _session = await _broker.ConnectAsync(_surroundings);
    }

    public async Task DisposeAsync()
    {
        await _session.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task What_kcat_writes_is_read_with_key_headers_partition_and_time()
    {
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        await Kcat.RunAsync(
            "k1|one\n|two\nk3|\n",
            ["-b", _broker.Address, "-P", "-t", Topic, "-p", "2", "-K", "|", "-Z", "-H", "kind=test", "-H", "kind=more"]
        );
        await SubscribeAsync();

        var one = await NextAsync();
        Assert.Equal("one", Text(one));
        Assert.Equal([new Header("kind", "test"), new Header("kind", "more")], one.Headers);
        Assert.Equal("k1"u8.ToArray(), one.Details.Find("key")!.Value.Bytes.ToArray());
        Assert.Equal((2, 0), (one.Details.Find("partition")!.Value.Number, one.Details.Find("offset")!.Value.Number));
        Assert.InRange(one.SourceTime!.Value, before, TimeProvider.System.GetUtcNow().AddSeconds(1));
        var two = await NextAsync();
        Assert.Null(two.Details.Find("key"));
        Assert.Null(two.Details.Find("tombstone"));
        var tombstone = await NextAsync();
        Assert.True(tombstone.Details.Find("tombstone")!.Value.Flag);
        Assert.True(tombstone.Payload.IsEmpty);
    }

    [Fact]
    public async Task What_we_write_kcat_reads()
    {
        await SendAsync(
            KafkaProfiles.Message($"{Topic}/1", "text", ("key", "hex:00ff")) with
            {
                Headers = [new Header("a", "1"), new Header("a", "2"), new Header("raw", "hex:6869")],
            }
        );
        await SendAsync(KafkaProfiles.Message(Topic, "", ("partition", "1")));
        await SendAsync(KafkaProfiles.Message(Topic, "", ("partition", "1"), ("tombstone", "true"), ("key", "k")));
        await SendAsync(KafkaProfiles.Message(Topic, "", ("partition", "1"), ("key", "hex:")));

        var output = await Kcat.RunAsync(
            "",
            [
                "-b",
                _broker.Address,
                "-C",
                "-t",
                Topic,
                "-p",
                "1",
                "-o",
                "beginning",
                "-e",
                "-q",
                "-f",
                "%o key %K value %S headers %h;",
            ]
        );

        Assert.Equal(
            "0 key 2 value 4 headers a=1,a=2,raw=hi;1 key -1 value 0 headers ;2 key 1 value -1 headers ;3 key 0 value 0 headers ;",
            output
        );
    }

    [Fact]
    public async Task What_kafkajs_writes_is_read_and_our_keys_come_to_its_partitions()
    {
        string[] keys = ["a", "b", "order-4711", "ä", "another key"];
        await using var peer = NodePeer.Start(
            "kafka-client.js",
            ["produce", _broker.Address, Topic, .. keys.Select(key => $"{key}=v"), "gone=null"]
        );
        await SubscribeAsync();
        var partitions = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i <= keys.Length; i++)
        {
            var message = await NextAsync();
            var key = Encoding.UTF8.GetString(message.Details.Find("key")!.Value.Bytes.Span);
            Assert.Equal([new Header("kind", "test"), new Header("raw", "hex:00ff")], message.Headers);
            Assert.Equal(key == "gone", message.Details.Find("tombstone") is not null);
            partitions[key] = message.Details.Find("partition")!.Value.Number;
        }

        foreach (var key in keys)
        {
            await SendAsync(KafkaProfiles.Message(Topic, "v", ("key", key)));
            var message = await NextAsync();
            Assert.Equal(partitions[key], message.Details.Find("partition")!.Value.Number);
        }
    }

    [Fact]
    public async Task What_we_write_kafkajs_reads_in_a_group_and_its_lag_is_seen_without_joining()
    {
        for (var i = 0; i < 3; i++)
            await SendAsync(
                KafkaProfiles.Message($"{Topic}/2", $"value {i}", ("key", "hex:ff")) with
                {
                    Headers = [new Header("n", "é"), new Header("raw", "hex:0001")],
                }
            );
        await using (var peer = NodePeer.Start("kafka-client.js", "consume", _broker.Address, Topic, "billing", "3"))
        {
            using var record = JsonDocument.Parse(await peer.LineAsync("record "));
            var root = record.RootElement;
            Assert.Equal(2, root.GetProperty("partition").GetInt32());
            Assert.Equal("ff", root.GetProperty("key").GetString());
            Assert.Equal("value 0", root.GetProperty("value").GetString());
            Assert.Equal("c3a9", root.GetProperty("headers").GetProperty("n").GetString());
            // kcat prints what is before the first zero byte, which is nothing; it is there.
            Assert.Equal("0001", root.GetProperty("headers").GetProperty("raw").GetString());
            await peer.LineAsync("done");
        }

        await SendAsync(KafkaProfiles.Message($"{Topic}/2", "one more"));
        await using var session = await _broker.ConnectAsync(new Surroundings(), ("kafka.lag_of", "billing, nobody"));
        var groups = await KafkaTree.ListAsync(session, "groups", 2);
        Assert.Equal("1", KafkaTree.FactOf(groups.Single(node => node.Name == "billing"), "lag"));
        Assert.Equal("has committed nothing", KafkaTree.FactOf(groups.Single(node => node.Name == "nobody"), "state"));
        var committed = Assert.Single(await KafkaTree.ListAsync(session, "groups\u001fbilling", 1));
        Assert.Equal($"{Topic}/2", committed.Name);
        Assert.Equal(
            ("3", "4", "1"),
            (
                KafkaTree.FactOf(committed, "committed"),
                KafkaTree.FactOf(committed, "end"),
                KafkaTree.FactOf(committed, "lag")
            )
        );
    }

    [Fact]
    public async Task All_partitions_of_a_broker_that_answers_for_one_at_a_time_are_read()
    {
        // The test broker of the library that Debian's kcat is made with: asked for the ends of four partitions it tells that of the first.
        await using var kcat = PeerProcess.Start(
            "kcat",
            "kcat",
            ["-P", "-b", "none", "-t", "unused", "-X", "test.mock.num.brokers=1"]
        );
        var words = "ignored and replaced with ";
        await Surroundings.UntilAsync(() => kcat.Output.Contains(words, StringComparison.Ordinal), "a broker");
        var address = kcat.Output[(kcat.Output.IndexOf(words, StringComparison.Ordinal) + words.Length)..].Split('\n')[
            0
        ];
        foreach (var partition in Enumerable.Range(0, 4))
            await Kcat.RunAsync($"{partition}\n", "-P", "-b", address, "-t", Topic, "-p", $"{partition}");
        await using var session = await KafkaProfiles.Transport.ConnectAsync(
            KafkaProfiles.At(new Uri($"kafka://{address}").Port),
            _surroundings.Context,
            CancellationToken.None
        );

        await session.SubscribeAsync(
            KafkaProfiles.Subscription(Topic, ("start", "earliest"), ("until", "end")),
            null,
            CancellationToken.None
        );

        var got = new List<string>();
        while (await _surroundings.NextAsync(_ => true) is { Mark: HistoryMark.None } message)
            got.Add(Text(message));
        Assert.Equal(["0", "1", "2", "3"], got.Order(StringComparer.Ordinal));
    }

    private async Task SubscribeAsync()
    {
        var result = await _session.SubscribeAsync(
            KafkaProfiles.Subscription(Topic, ("start", "earliest")),
            null,
            CancellationToken.None
        );
        Assert.True(result.IsAccepted, result.Text);
    }

    // Marks of history are not what others wrote.
    private Task<Message> NextAsync() =>
        _surroundings.NextAsync(message => message is { Direction: Direction.In, Mark: HistoryMark.None });

    private async Task SendAsync(OutgoingMessage message)
    {
        var result = await _session.PublishAsync(message, CancellationToken.None);
        Assert.True(result.IsAccepted, result.Text);
    }

    private static string Text(Message message) => Encoding.UTF8.GetString(message.Payload.Span);
}
