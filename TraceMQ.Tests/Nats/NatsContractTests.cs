using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Nats;

public sealed class NatsContractTests : TransportContract
{
    private const string Users =
        "authorization { users: [ { user: me, password: \""
        + Secret
        + "\", permissions: { subscribe: { deny: \"denied.>\" } } } ] }";

    protected override ITransport Transport => NatsProfiles.Transport;

    protected override Subscription RefusedSubscription { get; } = new("denied.a");

    protected override Profile ProfileAt(int port) =>
        NatsProfiles.Of(port, ("auth.username", "me"), ("auth.password", Secret));

    protected override async Task<IContractPeer> StartPeerAsync()
    {
        var server = await NatsServer.StartAsync(Users);
        return new RealPeer(server, ProfileAt(server.Port));
    }

    private sealed class RealPeer(NatsServer server, Profile profile) : IContractPeer
    {
        public Profile Profile => profile;

        public Task KillAsync() => server.KillAsync();

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
