using System.Text;
using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.EventHubs;
using AmqpMessage = Amqp.Message;

namespace TraceMQ.Tests.EventHubs.Server;

/// <summary>What our hub answers to links, credit and tokens, with AMQPNetLite as the client.</summary>
public sealed class HubLinkTests
{
    [Theory]
    [InlineData(512)]
    [InlineData(65_536)]
    public async Task A_message_larger_than_a_frame_comes_and_goes_in_pieces(int maxFrameSize)
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.OpenAsync(hub, maxFrameSize);
        var body = new byte[maxFrameSize == 512 ? 50_000 : 1_000_000];
        Random.Shared.NextBytes(body);
        var sender = await client.SenderAsync("telemetry/Partitions/0");

        await sender.SendAsync(new AmqpMessage { BodySection = new Data { Binary = body } });

        var receiver = await client.ReceiverAsync("0");
        var received = await receiver.ReceiveAsync(Surroundings.Patience);
        Assert.Equal(body, ((Data)received.BodySection).Binary);
        var listed = await hub.Surroundings.NextInAsync("0");
        Assert.Equal(body, listed.Payload.ToArray());
    }

    [Fact]
    public async Task A_message_beyond_the_limit_ends_its_link_alone()
    {
        await using var hub = await LocalHubServer.StartAsync(("eventhubs.max_message", "64KB"));
        await using var client = await LiteClient.OpenAsync(hub);
        var sender = await client.SenderAsync("telemetry");

        sender.Send(
            new AmqpMessage { BodySection = new Data { Binary = new byte[70_000] } },
            callback: null,
            state: null
        );

        var end = await LiteClient.EndOfAsync(sender);
        Assert.Equal("amqp:link:message-size-exceeded", end.Condition);
        Assert.Contains("65536 bytes", end.Description, StringComparison.Ordinal);
        var again = await client.SenderAsync("telemetry");
        await again.SendAsync(LiteClient.Event("small"));
    }

    [Fact]
    public async Task A_receiver_gets_what_it_has_credit_for_and_a_drain_gives_the_rest_back()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.OpenAsync(hub);
        for (var i = 0; i < 5; i++)
            await MicrosoftClientTests.PublishAsync(hub, "0", $"{i}");
        var receiver = await client.ReceiverAsync("0");

        receiver.SetCredit(3, CreditMode.Manual);
        var first = new List<string>();
        for (var i = 0; i < 3; i++)
            first.Add(await TextAsync(receiver));
        Assert.Null(await receiver.ReceiveAsync(TimeSpan.FromMilliseconds(200)));

        receiver.SetCredit(10, CreditMode.Drain);
        Assert.Equal("3", await TextAsync(receiver));
        Assert.Equal("4", await TextAsync(receiver));
        receiver.SetCredit(1, CreditMode.Manual);
        await MicrosoftClientTests.PublishAsync(hub, "0", "5");
        Assert.Equal("5", await TextAsync(receiver));
        Assert.Equal(["0", "1", "2"], first);
    }

    [Theory]
    [InlineData(SenderSettleMode.Settled)]
    [InlineData(SenderSettleMode.Unsettled)]
    public async Task Whatever_a_receiver_says_of_an_event_the_next_one_comes(SenderSettleMode settle)
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.OpenAsync(hub);
        for (var i = 0; i < 3; i++)
            await MicrosoftClientTests.PublishAsync(hub, "0", $"{i}");
        var receiver = await client.ReceiverAsync("0", settle: settle);

        for (var i = 0; i < 3; i++)
        {
            var message = await receiver.ReceiveAsync(Surroundings.Patience);
            Assert.Equal($"{i}", Encoding.UTF8.GetString(((Data)message.BodySection).Binary));
            if (i == 1)
                receiver.Reject(message);
            else
                receiver.Accept(message);
        }
    }

    [Fact]
    public async Task The_annotations_of_the_hub_and_those_of_the_client_stand_side_by_side()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.OpenAsync(hub);
        var sender = await client.SenderAsync("telemetry");
        var message = LiteClient.Event("x");
        message.Header = new Amqp.Framing.Header { Durable = true };
        message.MessageAnnotations = new MessageAnnotations
        {
            [new Symbol("x-mine")] = 7,
            [new Symbol("x-opt-partition-key")] = "kiln-1",
            [new Symbol("x-opt-sequence-number")] = 4711L,
        };
        await sender.SendAsync(message);

        var receiver = await client.ReceiverAsync("3", wantsMetric: true);
        var received = await receiver.ReceiveAsync(Surroundings.Patience);

        Assert.True(received.Header.Durable);
        Assert.Equal(7, received.MessageAnnotations[new Symbol("x-mine")]);
        Assert.Equal("kiln-1", received.MessageAnnotations[new Symbol("x-opt-partition-key")]);
        Assert.Equal(0L, received.MessageAnnotations[new Symbol("x-opt-sequence-number")]);
        Assert.Equal("0", received.MessageAnnotations[new Symbol("x-opt-offset")]);
        Assert.IsType<DateTime>(received.MessageAnnotations[new Symbol("x-opt-enqueued-time")]);
        Assert.Equal(0L, received.DeliveryAnnotations[new Symbol("last_enqueued_sequence_number")]);
        Assert.Equal("0", received.DeliveryAnnotations[new Symbol("last_enqueued_offset")]);
    }

    [Fact]
    public async Task A_batch_is_taken_apart_and_stays_together()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.OpenAsync(hub);
        var sender = await client.SenderAsync("telemetry");
        var batch = LiteClient.Batch(Enumerable.Range(0, 100).Select(i => LiteClient.Event($"{i}")));
        batch.MessageAnnotations = new MessageAnnotations { [new Symbol("x-opt-partition-key")] = "kiln-1" };

        await sender.SendAsync(batch);

        for (var i = 0; i < 100; i++)
        {
            var listed = await hub.Surroundings.NextAsync(_ => true);
            Assert.Equal("3", listed.Topic);
            Assert.Equal($"{i}", Encoding.UTF8.GetString(listed.Payload.Span));
            Assert.Equal("kiln-1", listed.Details.Find("key")?.Text);
            Assert.StartsWith("127.0.0.1:", listed.Details.Find("peer")?.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_no_message_is_rejected_and_the_link_lives_on()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.OpenAsync(hub);
        var sender = await client.SenderAsync("telemetry");
        var wrong = LiteClient.Event("no batch");
        wrong.BodySection = new AmqpValue { Value = "no batch" };
        wrong.Format = HubVocabulary.BatchFormat;
        var longKey = LiteClient.Event("x");
        longKey.MessageAnnotations = new MessageAnnotations
        {
            [new Symbol("x-opt-partition-key")] = new string('k', 129),
        };

        var first = await Assert.ThrowsAsync<AmqpException>(() => sender.SendAsync(wrong));
        var second = await Assert.ThrowsAsync<AmqpException>(() => sender.SendAsync(longKey));
        await sender.SendAsync(LiteClient.Event("right"));

        Assert.Equal("amqp:decode-error", first.Error.Condition);
        Assert.Contains("129 characters", second.Error.Description, StringComparison.Ordinal);
        Assert.Equal("right", Encoding.UTF8.GetString((await hub.Surroundings.NextAsync(_ => true)).Payload.Span));
    }

    [Fact]
    public async Task Without_a_token_nothing_is_opened()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.ConnectAsync(hub);

        var sending = await LiteClient.RefusedAsync(() => client.SenderAsync("telemetry"));
        var reading = await LiteClient.RefusedAsync(() => client.ReceiverAsync("0"));
        var asked = await client.AskAsync(
            "$management",
            "",
            ("operation", "READ"),
            ("type", "com.microsoft:eventhub"),
            ("name", "telemetry")
        );

        Assert.Equal("amqp:unauthorized-access", sending.Condition);
        Assert.Equal("amqp:unauthorized-access", reading.Condition);
        Assert.Equal(401, asked.ApplicationProperties["status-code"]);
        var notice = await hub.Surroundings.Notices.Reader.ReadAsync().AsTask().WaitAsync(Surroundings.Patience);
        Assert.Contains("was refused telemetry", notice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_for_one_partition_opens_no_other()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.ConnectAsync(hub);
        await client.PutTokenAsync("sb://127.0.0.1/telemetry/Partitions/1");

        await client.SenderAsync("telemetry/Partitions/1");
        var other = await LiteClient.RefusedAsync(() => client.SenderAsync("telemetry/Partitions/10"));

        Assert.Equal("amqp:unauthorized-access", other.Condition);
    }

    [Fact]
    public async Task When_a_token_ends_its_links_end_and_a_new_one_opens_them_again()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var hub = await LocalHubServer.StartAsync("amqp://127.0.0.1:0", new Surroundings(time: time));
        await using var client = await LiteClient.ConnectAsync(hub);
        await client.PutTokenAsync("sb://127.0.0.1/telemetry", time.GetUtcNow().AddSeconds(30));
        var receiver = await client.ReceiverAsync("0");

        var ending = LiteClient.EndOfAsync(receiver);
        await LocalHubServer.PassAsync(time, ending);

        var end = await ending;
        Assert.Equal("amqp:unauthorized-access", end.Condition);
        Assert.Contains("ExpiredToken", end.Description, StringComparison.Ordinal);
        var (status, _) = await client.PutTokenAsync("sb://127.0.0.1/telemetry", time.GetUtcNow().AddSeconds(30));
        Assert.Equal(202, status);
        await client.ReceiverAsync("0");
    }

    [Fact]
    public async Task The_key_itself_opens_everything_by_SASL_PLAIN_and_another_nothing()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.ConnectAsync(hub, LocalHubServer.KeyName, LocalHubServer.Key);

        await (await client.SenderAsync("telemetry")).SendAsync(LiteClient.Event("x"));
        var refused = await Assert.ThrowsAnyAsync<Exception>(() =>
            LiteClient.ConnectAsync(hub, LocalHubServer.KeyName, "d3Jvbmc=")
        );

        Assert.Contains("Sasl", refused.ToString(), StringComparison.OrdinalIgnoreCase);
        var notice = await hub.Surroundings.Notices.Reader.ReadAsync().AsTask().WaitAsync(Surroundings.Patience);
        Assert.Contains("showed another key by SASL PLAIN", notice.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_refused_in_Azures_terms()
    {
        await using var hub = await LocalHubServer.StartAsync(("eventhubs.consumer_groups", "plant"));
        await using var client = await LiteClient.ConnectAsync(hub);
        await client.PutTokenAsync("sb://127.0.0.1/");

        async Task<string> ConditionAsync(Func<Task> attach) => (await LiteClient.RefusedAsync(attach)).Condition;

        Assert.Equal("amqp:not-found", await ConditionAsync(() => client.SenderAsync("other")));
        Assert.Equal("amqp:not-found", await ConditionAsync(() => client.SenderAsync("telemetry/Publishers/x")));
        Assert.Equal("amqp:not-found", await ConditionAsync(() => client.ReceiverAsync("0", group: "other")));
        Assert.Equal(
            "com.microsoft:argument-out-of-range",
            await ConditionAsync(() => client.SenderAsync("telemetry/Partitions/4"))
        );
        Assert.Equal(
            "com.microsoft:argument-error",
            await ConditionAsync(() => client.ReceiverAsync("0", "price > 4"))
        );
        await client.ReceiverAsync("0", group: "PLANT");
    }

    [Fact]
    public async Task Owner_levels_put_out_and_keep_out()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var first = await LiteClient.OpenAsync(hub);
        await using var second = await LiteClient.OpenAsync(hub);
        var plain = await first.ReceiverAsync("0");
        var other = await first.ReceiverAsync("1");

        var owner = await second.ReceiverAsync("0", epoch: 1);
        Assert.Equal("amqp:link:stolen", (await LiteClient.EndOfAsync(plain)).Condition);
        var lower = await LiteClient.RefusedAsync(() => first.ReceiverAsync("0", epoch: 0));
        var none = await LiteClient.RefusedAsync(() => first.ReceiverAsync("0"));
        await first.ReceiverAsync("0", epoch: 1);
        Assert.Equal("amqp:link:stolen", (await LiteClient.EndOfAsync(owner)).Condition);

        Assert.Equal("amqp:link:stolen", lower.Condition);
        Assert.Equal("amqp:link:stolen", none.Condition);
        Assert.Contains("receiver 'lite'", lower.Description, StringComparison.OrdinalIgnoreCase);
        Assert.False(other.IsClosed);
    }

    [Fact]
    public async Task A_reader_that_goes_makes_room_for_the_next()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.OpenAsync(hub);
        var readers = new List<ReceiverLink>();
        for (var i = 0; i < 5; i++)
            readers.Add(await client.ReceiverAsync("0"));

        var sixth = await LiteClient.RefusedAsync(() => client.ReceiverAsync("0"));
        await readers[2].CloseAsync().WaitAsync(Surroundings.Patience);
        await client.ReceiverAsync("0");

        Assert.Equal("amqp:resource-limit-exceeded", sixth.Condition);
    }

    [Fact]
    public async Task A_reader_that_is_too_slow_for_the_retention_goes_on_with_the_oldest_that_is_left()
    {
        await using var hub = await LocalHubServer.StartAsync(("eventhubs.retention_count", "10"));
        await using var client = await LiteClient.OpenAsync(hub);
        var receiver = await client.ReceiverAsync("0");
        for (var i = 0; i < 100; i++)
            await MicrosoftClientTests.PublishAsync(hub, "0", $"{i}");

        receiver.SetCredit(100, CreditMode.Manual);

        Assert.Equal("90", await TextAsync(receiver));
    }

    private static async Task<string> TextAsync(ReceiverLink receiver)
    {
        var message = await receiver.ReceiveAsync(Surroundings.Patience);
        Assert.NotNull(message);
        receiver.Accept(message);
        return Encoding.UTF8.GetString(((Data)message.BodySection).Binary);
    }
}
