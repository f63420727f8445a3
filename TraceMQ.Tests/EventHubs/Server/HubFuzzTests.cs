using System.Net;
using Amqp;
using Amqp.Framing;
using Amqp.Types;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport.EventHubs;
using TraceMQ.Transport.EventHubs.Server;
using TraceMQ.Transport.EventHubs.Server.Protocol;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Tests.EventHubs.Server;

/// <summary>Frames of a good client, bent at random: each is understood or refused, and nothing else happens.</summary>
public sealed class HubFuzzTests
{
    private static readonly Described[] s_performatives =
    [
        new Open
        {
            ContainerId = "fuzz",
            HostName = "h",
            MaxFrameSize = 65_536,
            ChannelMax = 3,
            IdleTimeOut = 4_000,
        },
        new Begin
        {
            NextOutgoingId = 0,
            IncomingWindow = 100,
            OutgoingWindow = 100,
            HandleMax = 7,
        },
        new Attach
        {
            LinkName = "a",
            Handle = 0,
            Role = false,
            Source = new Source(),
            Target = new Target { Address = "telemetry" },
        },
        new Attach
        {
            LinkName = "b",
            Handle = 1,
            Role = false,
            Source = new Source(),
            Target = new Target { Address = "$cbs" },
        },
        new Attach
        {
            LinkName = "c",
            Handle = 2,
            Role = true,
            Source = new Source { Address = "$cbs" },
            Target = new Target(),
        },
        Consumer(),
        new Attach
        {
            LinkName = "e",
            Handle = 4,
            Role = false,
            Target = new Target { Address = "$management" },
        },
        new Flow
        {
            NextIncomingId = 1,
            IncomingWindow = 100,
            NextOutgoingId = 0,
            OutgoingWindow = 100,
            Handle = 3,
            DeliveryCount = 0,
            LinkCredit = 10,
            Echo = true,
        },
        new Transfer
        {
            Handle = 0,
            DeliveryId = 0,
            DeliveryTag = [1],
            MessageFormat = 0,
            Settled = false,
        },
        new Transfer
        {
            Handle = 0,
            DeliveryId = 1,
            DeliveryTag = [1],
            MessageFormat = HubVocabulary.BatchFormat,
            More = true,
        },
        new Transfer
        {
            Handle = 1,
            DeliveryId = 2,
            DeliveryTag = [1],
        },
        new Dispose
        {
            Role = true,
            First = 0,
            Last = 4,
            Settled = false,
            State = new Accepted(),
        },
        new Detach
        {
            Handle = 3,
            Closed = true,
            Error = new Error("amqp:internal-error") { Description = "x" },
        },
        new End(),
        new Close(),
    ];

    private static readonly byte[][] s_payloads =
    [
        [],
        Encoded(LiteClient.Event("an event")),
        Encoded(LiteClient.Batch([LiteClient.Event("1"), LiteClient.Event("2")])),
        Encoded(
            new Amqp.Message("SharedAccessSignature sr=a&sig=YQ==&se=1&skn=dev")
            {
                Properties = new Properties { MessageId = "1", ReplyTo = "c" },
                ApplicationProperties = new ApplicationProperties
                {
                    ["operation"] = "put-token",
                    ["type"] = HubVocabulary.SasTokenType,
                    ["name"] = "sb://h/telemetry",
                },
            }
        ),
        Encoded(
            new Amqp.Message("")
            {
                ApplicationProperties = new ApplicationProperties
                {
                    ["operation"] = "READ",
                    ["type"] = HubVocabulary.PartitionType,
                    ["name"] = "telemetry",
                    ["partition"] = "1",
                },
            }
        ),
    ];

    [Fact]
    public Task Bent_frames_are_understood_or_refused() => RunAsync(30_000, seed: 4711);

    [Fact]
    [Trait("Category", "Long")]
    public Task A_million_bent_frames_are_understood_or_refused() => RunAsync(1_000_000, seed: Environment.TickCount);

    private static async Task RunAsync(int rounds, int seed)
    {
        var random = new Random(seed);
        var surroundings = new Surroundings(capacity: 100_000);
        using var hub = new LocalHub(
            new HubServerOptions
            {
                Name = "telemetry",
                Gate = new HubGate(connection: null),
                PartitionCount = 2,
                Retention = new Retention(TimeSpan.FromHours(1), 100, 1 << 20),
            },
            surroundings.Context
        );
        var (client, protocol) = Meet(hub, surroundings);
        var refused = 0;
        for (var i = 0; i < rounds; i++)
        {
            try
            {
                await TakeAsync(hub, client, protocol, Bend(random, i));
            }
            catch (AmqpViolationException violation)
            {
                Assert.NotEmpty(violation.Message);
                refused++;
                protocol.Release();
                (client, protocol) = Meet(hub, surroundings);
            }

            surroundings.Inbox.Drain([], int.MaxValue);
        }

        Assert.InRange(refused, rounds / 20, rounds - 1);
    }

    private static (HubClient Client, HubProtocol Protocol) Meet(LocalHub hub, Surroundings surroundings)
    {
        var peer = new PeerStream
        {
            Stream = Stream.Null,
            LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 1),
            RemoteEndPoint = new IPEndPoint(IPAddress.Loopback, 2),
        };
        var client = new HubClient(peer, hub, surroundings.Context, CancellationToken.None);
        return (client, new HubProtocol(client));
    }

    private static async Task TakeAsync(LocalHub hub, HubClient client, HubProtocol protocol, Frame frame)
    {
        Delivery? delivery;
        lock (client.Gate)
        {
            delivery = protocol.Take(frame);
            if (delivery?.Link is RequestLink request)
                request.Answer(AmqpCodec.ReadMessage(delivery.Message));
            foreach (var link in protocol.Links.OfType<OutgoingLink>())
                link.Pump(8);
            client.Output.Take();
        }

        if (delivery?.Link is ProducerLink producer)
        {
            var outcome = await hub.Intake.TakeAsync(producer, delivery, CancellationToken.None);
            lock (client.Gate)
                producer.Settle(delivery, outcome);
        }
    }

    /// <summary>A frame of the usual order most of the time, with some bytes of it changed some of the time.</summary>
    private static Frame Bend(Random random, int round)
    {
        var index = random.Next(4) > 0 ? round % (s_performatives.Length - 2) : random.Next(s_performatives.Length);
        var buffer = new ByteBuffer(256, autoGrow: true);
        s_performatives[index].Encode(buffer);
        byte[] body =
        [
            .. buffer.Buffer.AsSpan(buffer.Offset, buffer.Length),
            .. s_performatives[index] is Transfer ? s_payloads[random.Next(s_payloads.Length)] : [],
        ];
        if (random.Next(3) == 0)
        {
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                body[random.Next(body.Length)] = (byte)random.Next(256);
        }

        if (random.Next(20) == 0)
            body = body[..random.Next(body.Length)];
        return new Frame(IsSasl: random.Next(500) == 0, (ushort)(random.Next(50) == 0 ? 1 : 0), body);
    }

    private static Attach Consumer() =>
        new()
        {
            LinkName = "d",
            Handle = 3,
            Role = true,
            Source = new Source
            {
                Address = "telemetry/ConsumerGroups/$Default/Partitions/0",
                FilterSet = new Map
                {
                    [new Symbol(HubVocabulary.SelectorFilter)] = new DescribedValue(
                        HubVocabulary.SelectorDescriptor,
                        "amqp.annotation.x-opt-offset > '-1'"
                    ),
                },
            },
            Target = new Target(),
            Properties = new Fields { [new Symbol(HubVocabulary.Epoch)] = 1L },
            DesiredCapabilities = [new Symbol(HubVocabulary.RuntimeMetric)],
        };

    private static byte[] Encoded(Amqp.Message message)
    {
        var encoded = message.Encode();
        return encoded.Buffer.AsSpan(encoded.Offset, encoded.Length).ToArray();
    }
}
