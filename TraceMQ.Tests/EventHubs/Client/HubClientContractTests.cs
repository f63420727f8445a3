using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.EventHubs.Server;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.EventHubs.Client;

/// <summary>What every protocol keeps, kept by the client against our own hub.</summary>
public abstract class HubClientContract(string scheme) : TransportContract
{
    protected override ITransport Transport => HubProfiles.Transport;

    protected override Subscription RefusedSubscription { get; } = new("99");

    // A log is read when there is room.
    protected override bool MayDrop => false;

    protected override string Topic(string topic) =>
        topic switch
        {
            "contract/gone" => "1",
            "contract/end" => "2",
            "contract/flow" => "3",
            _ => "0",
        };

    protected override Profile ProfileAt(int port) => HubProfiles.At(port);

    protected override async Task<IContractPeer> StartPeerAsync() =>
        new OurHub(
            await MicrosoftClientTests.StartAsync(
                scheme,
                (
                    "eventhubs.connection_string",
                    $"Endpoint=sb://127.0.0.1;SharedAccessKeyName=dev;SharedAccessKey={Secret};EntityPath={LocalHubServer.Hub}"
                )
            )
        );

    private sealed class OurHub(LocalHubServer hub) : IContractPeer
    {
        public Profile Profile { get; } =
            HubProfiles.Of(hub, ("eventhubs.connection_string", hub.ConnectionStringOf(key: Secret)));

        public async Task KillAsync() => await hub.DisposeAsync();

        public ValueTask DisposeAsync() => hub.DisposeAsync();
    }
}

public sealed class PlainHubContractTests() : HubClientContract("amqp");

public sealed class SecureWebSocketHubContractTests() : HubClientContract("amqp+wss");
