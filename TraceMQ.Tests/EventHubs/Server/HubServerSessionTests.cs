using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.EventHubs;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.EventHubs.Server;

/// <summary>What every listening session keeps, tried on our hub.</summary>
public sealed class HubServerSessionTests
{
    [Fact]
    public async Task What_is_published_is_listed_as_sent_and_goes_where_topic_or_key_say()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.OpenAsync(hub);
        await client.ReceiverAsync("3");
        var options = SettingValues
            .Empty.With(HubSettings.PartitionKey, "kiln-1")
            .With(HubSettings.ContentType, "text/plain")
            .With(HubSettings.MessageId, "m1")
            .With(HubSettings.CorrelationId, "c1");

        var byKey = await hub.Session.PublishAsync(
            new OutgoingMessage
            {
                Topic = "",
                Payload = "x"u8.ToArray(),
                Headers = [new Header("site", "north")],
                Options = options,
            },
            CancellationToken.None
        );
        var byTopic = await MicrosoftClientTests.PublishAsync(hub, "1", "y");

        Assert.Equal("in partition 3 as sequence 0; 1 client reads it", byKey.Text);
        Assert.Equal("in partition 1 as sequence 0; no client reads it", byTopic.Text);
        var listed = await hub.Surroundings.NextAsync(_ => true);
        Assert.Equal(Direction.Out, listed.Direction);
        Assert.Equal("3", listed.Topic);
        Assert.Equal("x", Encoding.UTF8.GetString(listed.Payload.Span));
        Assert.Equal([new Header("site", "north")], listed.Headers);
        Assert.Equal("text/plain", listed.Details.Find("content_type")?.Text);
        Assert.Equal("c1", listed.Details.Find("correlation_id")?.Text);
        Assert.Equal(0, listed.Details.Find("sequence")?.Number);
        Assert.Equal(DetailKind.Time, listed.Details.Find("enqueued_time")?.Kind);
        Assert.Null(listed.Details.Find("peer"));
        var again = LocalHubServer.Transport.OptionsOf(listed);
        Assert.Equal("kiln-1", again.Get(HubSettings.PartitionKey));
        Assert.Equal("m1", again.Get(HubSettings.MessageId));
    }

    [Fact]
    public async Task Events_without_a_key_are_shared_out()
    {
        await using var hub = await LocalHubServer.StartAsync();

        for (var i = 0; i < 8; i++)
            await MicrosoftClientTests.PublishAsync(hub, "", "x");

        var seen = new List<string>();
        for (var i = 0; i < 8; i++)
            seen.Add((await hub.Surroundings.NextAsync(_ => true)).Topic);
        Assert.Equal(2, seen.Count(topic => topic == "0"));
        Assert.Equal(4, seen.Distinct().Count());
    }

    [Fact]
    public async Task What_cannot_be_published_is_said()
    {
        await using var hub = await LocalHubServer.StartAsync(("eventhubs.max_message", "1KB"));

        var noPartition = await FailAsync(hub, "9", "x");
        var tooLarge = await FailAsync(hub, "1", new string('x', 2_000));

        Assert.Equal("There is no partition 9: the hub has 0 to 3.", noPartition.Message);
        Assert.Contains("larger than 1KB, which is eventhubs.max_message", tooLarge.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ended_twice_while_events_come_it_ends_once_and_lists_nothing_more()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.OpenAsync(hub);
        var sender = await client.SenderAsync("telemetry");
        using var stop = new CancellationTokenSource();
        var sending = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested && !sender.IsClosed)
                sender.Send(LiteClient.Event("x"), callback: null, state: null);
        });
        await hub.Surroundings.NextAsync(_ => true);

        await hub.Session.DisposeAsync().AsTask().WaitAsync(Surroundings.Patience);
        var received = hub.Surroundings.Inbox.Received;
        await hub.Session.DisposeAsync();
        await stop.CancelAsync();
        try
        {
            await sending;
        }
        catch (Amqp.AmqpException)
        {
            // The hub is gone.
        }

        Assert.True(hub.Session.Completion.IsCompletedSuccessfully);
        Assert.Equal(received, hub.Surroundings.Inbox.Received);
        Assert.Equal(FailureKind.Lost, (await FailAsync(hub, "1", "x")).Kind);
        Assert.False(
            (await hub.Session.SubscribeAsync(new Subscription("0"), null, CancellationToken.None)).IsAccepted
        );
    }

    [Fact]
    public async Task Clients_are_told_that_the_hub_stops()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.OpenAsync(hub);
        var told = new TaskCompletionSource<Amqp.Framing.Error>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Connection.Closed += (_, error) => told.TrySetResult(error);

        await hub.DisposeAsync();

        var error = await told.Task.WaitAsync(Surroundings.Patience);
        Assert.Equal("amqp:connection:forced", error.Condition);
        Assert.Contains("was stopped", error.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_card_tells_how_to_come_here_and_never_the_key()
    {
        await using var hub = await LocalHubServer.StartAsync(
            "amqp://127.0.0.1:0,amqp+ws://127.0.0.1:0",
            new Surroundings()
        );

        var facts = hub.Session.Facts;

        Assert.Equal(2, hub.Session.ListensOn.Count);
        Assert.EndsWith("/$servicebus/websocket", hub.Session.ListensOn[1], StringComparison.Ordinal);
        Assert.Contains(facts, fact => fact is { Label: "hub", Value: "telemetry" });
        Assert.Contains(facts, fact => fact is { Label: "open to", Value: "this machine" });
        Assert.Contains(
            facts,
            fact =>
                fact.Label == "connection string"
                && fact.Value
                    == $"Endpoint=sb://127.0.0.1:{hub.Port};SharedAccessKeyName=dev;SharedAccessKey=***;EntityPath=telemetry;UseDevelopmentEmulator=true"
        );
        Assert.DoesNotContain(facts, fact => fact.Value.Contains(LocalHubServer.Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_test_of_the_profile_listens_and_a_port_in_use_is_said_to_be()
    {
        await using var hub = await LocalHubServer.StartAsync();

        var free = await StepsAsync("amqp://127.0.0.1:0");
        var used = await StepsAsync($"amqp://127.0.0.1:{hub.Port}");

        Assert.True(Assert.Single(free).IsPassed);
        Assert.Contains("another program uses that port", Assert.Single(used).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_key_and_no_token_is_in_a_log_event_or_a_notice()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.OpenAsync(hub);
        var token = LiteClient.Token("sb://127.0.0.1/telemetry", key: "d3Jvbmc=").Reveal();

        await client.PutTokenAsync("sb://127.0.0.1/telemetry", token, "servicebus.windows.net:sastoken");
        await client.DisposeAsync();

        var notice = await hub.Surroundings.Notices.Reader.ReadAsync().AsTask().WaitAsync(Surroundings.Patience);
        var signature = token.Split('&').First(part => part.StartsWith("sig=", StringComparison.Ordinal))[4..];
        foreach (var said in hub.Surroundings.Log.Events.Append(notice.Text))
        {
            Assert.DoesNotContain(signature, said, StringComparison.Ordinal);
            Assert.DoesNotContain(LocalHubServer.Key, said, StringComparison.Ordinal);
        }
    }

    private static async Task<TransportException> FailAsync(LocalHubServer hub, string partition, string payload) =>
        await Assert.ThrowsAsync<TransportException>(() => MicrosoftClientTests.PublishAsync(hub, partition, payload));

    private static async Task<IReadOnlyList<TestStep>> StepsAsync(string url)
    {
        var steps = new List<TestStep>();
        await foreach (
            var step in LocalHubServer.Transport.TestAsync(
                LocalHubServer.ProfileOf(url),
                new Surroundings().Context,
                CancellationToken.None
            )
        )
            steps.Add(step);
        return steps;
    }
}
