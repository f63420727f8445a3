using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Coap;

/// <summary>Against our own server, over one of its carriers. Its notifications are not confirmable, so that none is passed over for a newer one.</summary>
public abstract class CoapContract(string scheme) : TransportContract
{
    protected static TestCertificates Files { get; } = TestCertificates.Shared;

    protected override ITransport Transport => CoapProfiles.Transport;

    protected override Subscription RefusedSubscription { get; } = new("/nothing/here");

    protected virtual IEnumerable<(string Key, string Value)> OfServer => [];

    protected virtual IEnumerable<(string Key, string Value)> OfClient => [];

    // Observing begins with the state.
    protected override int AtSubscribing => 1;

    protected override string Topic(string topic) => $"/{topic}";

    // Once it has answered, a peer over datagrams is only lost when it is silent for too long.
    protected override Profile ProfileAt(int port) =>
        CoapProfiles.Of(
            $"{scheme}://127.0.0.1:{port}",
            [("coap.ping_interval", "100ms"), ("coap.ack_timeout", "100ms"), .. OfClient]
        );

    protected override async Task<IContractPeer> StartPeerAsync()
    {
        var surroundings = new Surroundings(capacity: 100_000);
        var server = await CoapProfiles.ListenAsync(
            $"{scheme}://127.0.0.1:0",
            surroundings,
            [
                ("coap.confirmable", "false"),
                ("coap.resources", "/contract/a=,/contract/gone=,/contract/end=,/contract/flow=,/contract/full="),
                .. OfServer,
            ]
        );
        return new OwnServer(server, ProfileAt(new Uri(server.ListensOn[0]).Port));
    }

    private sealed class OwnServer(ISession server, Profile profile) : IContractPeer
    {
        public Profile Profile => profile;

        public async Task KillAsync() => await server.DisposeAsync();

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}

public sealed class CoapOverUdpContractTests() : CoapContract("coap")
{
    protected override ISilentPeer StartSilent() => new SilentDatagrams();
}

public sealed class CoapOverTcpContractTests() : CoapContract("coap+tcp");

public sealed class CoapOverWebSocketContractTests() : CoapContract("coap+ws");

/// <summary>With a pre-shared key.</summary>
public sealed class CoapOverDtlsContractTests() : CoapContract("coaps")
{
    protected override IEnumerable<(string Key, string Value)> OfServer =>
        [("coap.psk_identity", "contract"), ("coap.psk_key", Secret)];

    protected override IEnumerable<(string Key, string Value)> OfClient => OfServer;

    protected override ISilentPeer StartSilent() => new SilentDatagrams();
}

/// <summary>With certificates.</summary>
public sealed class CoapOverTlsContractTests() : CoapContract("coaps+tcp")
{
    protected override IEnumerable<(string Key, string Value)> OfServer =>
        [("tls.certificate_file", Files.Server.Certificate), ("tls.private_key_file", Files.Server.Key)];

    protected override IEnumerable<(string Key, string Value)> OfClient => [("tls.ca_file", Files.Ca)];
}
