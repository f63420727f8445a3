using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.EventHubs;
using TraceMQ.Transport.EventHubs.Client;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;
using AmqpMessage = Amqp.Message;

namespace TraceMQ.Tests.EventHubs.Client;

/// <summary>The client with an AMQP 1.0 broker that nobody made for it: what is below Event Hubs' own vocabulary.</summary>
public sealed class RabbitMqTests : IAsyncLifetime
{
    private readonly Surroundings _surroundings = new();
    private RabbitMq _broker = null!;

    public async Task InitializeAsync() => _broker = await RabbitMq.StartAsync();

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task Events_go_through_it_and_come_back_as_they_were_and_it_is_said_to_be_no_event_hub()
    {
        var way = HubWay.Of(ProfileOf("guest:guest"));
        var peer = await StreamDialer.OpenAsync(
            way.Endpoint,
            way.Stream,
            StepLog.Silent,
            TimeProvider.System,
            CancellationToken.None
        );
        await using var connection = await AmqpConnection.OpenAsync(
            way,
            peer,
            _surroundings.Context,
            StepLog.Silent,
            CancellationToken.None
        );
        var sender = await HubSender.OpenAsync(
            connection,
            way,
            "/queue/tracemq",
            TimeProvider.System,
            CancellationToken.None
        );
        var received = System.Threading.Channels.Channel.CreateUnbounded<AmqpMessage>();
        var (link, _) = await connection.AttachAsync(
            (session, attached) =>
                new ReceiverLink(
                    session,
                    "reader",
                    new Attach
                    {
                        Source = new Source { Address = "/queue/tracemq" },
                        Target = new Target { Address = "reader" },
                        SndSettleMode = SenderSettleMode.Settled,
                    },
                    attached
                ),
            error => HubFailures.OfError(error!, "refused", way, inner: null),
            TimeProvider.System,
            CancellationToken.None
        );
        link.Start(
            50,
            (from, message) =>
            {
                received.Writer.TryWrite(message);
                from.Accept(message);
            }
        );

        foreach (var size in (int[])[5, 300_000])
        {
            var outgoing = new OutgoingMessage
            {
                Topic = "",
                Payload = new byte[size],
                Headers = [new TraceMQ.Transport.Header("unit", "C")],
                Options = SettingValues
                    .Empty.With(HubSettings.ContentType, "text/plain")
                    .With(HubSettings.MessageId, "m1"),
            };
            var answer = await sender.SendAsync(EventOutgoing.ToAmqp(outgoing), key: null);
            Assert.IsType<Accepted>(answer.Outcome);
            using var limit = new CancellationTokenSource(Surroundings.Patience);
            var message = await received.Reader.ReadAsync(limit.Token);
            var shown = EventMessages.Of(message, EventMessages.PlaceOf(message), "-", default, isReplayed: false);
            Assert.Equal(size, shown.Payload.Length);
            Assert.Equal([new TraceMQ.Transport.Header("unit", "C")], shown.Headers);
            Assert.Equal("text/plain", shown.Details.Find("content_type")?.Text);
            Assert.Equal("m1", shown.Details.Find("message_id")?.Text);
        }

        await sender.SendAsync(
            new AmqpMessage { BodySection = new AmqpValue { Value = new Map { ["celsius"] = 812.5 } } },
            key: null
        );
        using var patience = new CancellationTokenSource(Surroundings.Patience);
        var value = await received.Reader.ReadAsync(patience.Token);
        Assert.Equal("value: map", EventContent.KindOf(value));
        Assert.Equal("""{"celsius":812.5}"""u8.ToArray(), EventContent.PayloadOf(value).ToArray());

        // It does not refuse the node, but never answers; time goes on until we have had enough.
        var time = new FakeTimeProvider();
        var connecting = HubProfiles.Transport.ConnectAsync(
            ProfileOf("guest:guest"),
            new Surroundings(time: time).Context,
            CancellationToken.None
        );
        while (!connecting.IsCompleted)
        {
            await Task.WhenAny(connecting, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System));
            time.Advance(TimeSpan.FromMilliseconds(100));
        }

        var noHub = await Assert.ThrowsAsync<TransportException>(() => connecting);
        Assert.Contains("$management", noHub.Message, StringComparison.Ordinal);
        Assert.Contains("no Event Hubs", noHub.Message, StringComparison.Ordinal);
        var wrong = await FailureAsync("guest:wrong");
        Assert.Equal(FailureKind.Credentials, wrong.Kind);
        Assert.Contains("the user \"guest\" or the password", wrong.Message, StringComparison.Ordinal);
    }

    private Profile ProfileOf(string user) =>
        HubProfiles.OfString("", ("url", $"amqp://{user}@127.0.0.1:{_broker.Port}/tracemq"));

    private Task<TransportException> FailureAsync(string user) =>
        Assert.ThrowsAsync<TransportException>(() =>
            HubProfiles
                .Transport.ConnectAsync(ProfileOf(user), _surroundings.Context, CancellationToken.None)
                .WaitAsync(Surroundings.Patience)
        );
}
