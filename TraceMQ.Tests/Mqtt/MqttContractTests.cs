using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Mqtt;

public abstract class MqttContract(string version) : TransportContract
{
    protected override ITransport Transport => MqttProfiles.Transport;

    protected override Subscription RefusedSubscription { get; } = new("contract/#/never");

    protected override Profile ProfileAt(int port) =>
        MqttProfiles.Of(port, ("auth.username", "me"), ("auth.password", Secret), ("mqtt.version", version));
}

public abstract class MosquittoContract(string version) : MqttContract(version)
{
    protected override async Task<IContractPeer> StartPeerAsync()
    {
        var broker = await Mosquitto.StartAsync("me", Secret);
        return new RealPeer(broker, ProfileAt(broker.Port));
    }

    private sealed class RealPeer(Mosquitto broker, Profile profile) : IContractPeer
    {
        public Profile Profile => profile;

        public Task KillAsync() => broker.KillAsync();

        public ValueTask DisposeAsync() => broker.DisposeAsync();
    }
}

public abstract class EmbeddedBrokerContract(string version) : MqttContract(version)
{
    protected override async Task<IContractPeer> StartPeerAsync()
    {
        var broker = await EmbeddedBroker.StartAsync(("auth.username", "me"), ("auth.password", Secret));
        return new OurPeer(broker, ProfileAt(broker.Port));
    }

    private sealed class OurPeer(EmbeddedBroker broker, Profile profile) : IContractPeer
    {
        public Profile Profile => profile;

        public async Task KillAsync() => await broker.DisposeAsync();

        public ValueTask DisposeAsync() => broker.DisposeAsync();
    }
}

public sealed class MosquittoVersion31ContractTests() : MosquittoContract("3.1");

public sealed class MosquittoVersion311ContractTests() : MosquittoContract("3.1.1");

public sealed class MosquittoVersion5ContractTests() : MosquittoContract("5.0");

public sealed class EmbeddedBrokerVersion31ContractTests() : EmbeddedBrokerContract("3.1");

public sealed class EmbeddedBrokerVersion311ContractTests() : EmbeddedBrokerContract("3.1.1");

public sealed class EmbeddedBrokerVersion5ContractTests() : EmbeddedBrokerContract("5.0");
