using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Kafka;

public sealed class KafkaContractTests : TransportContract
{
    private static readonly string[] s_topics =
    [
        "contract.a",
        "contract.gone",
        "contract.end",
        "contract.flow",
        "contract.full",
    ];

    protected override ITransport Transport => KafkaProfiles.Transport;

    protected override Subscription RefusedSubscription { get; } = new("contract.nobody-has-it");

    // A log is read when there is room.
    protected override bool MayDrop => false;

    protected override string Topic(string topic) => topic.Replace('/', '.');

    protected override Profile ProfileAt(int port) => KafkaProfiles.At(port);

    protected override async Task<IContractPeer> StartPeerAsync() =>
        new OurBroker(await KafkaBroker.StartAsync(s_topics));

    private sealed class OurBroker(KafkaBroker broker) : IContractPeer
    {
        public Profile Profile { get; } = broker.Profile();

        public async Task KillAsync() => await broker.DisposeAsync();

        public ValueTask DisposeAsync() => broker.DisposeAsync();
    }
}
