using System.Globalization;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.WebSocket;

public abstract class WebSocketContract : TransportContract
{
    protected override ITransport Transport => WebSocketProfiles.Transport;

    protected override Subscription RefusedSubscription { get; } = new("");

    protected override bool HasTopics => false;

    protected override Profile ProfileAt(int port) =>
        WebSocketProfiles.Of($"ws://127.0.0.1:{port}/live", ("auth.username", "me"), ("auth.password", Secret));
}

/// <summary>Against npm's ws, which sends to all what it gets from one.</summary>
public sealed class NpmWebSocketContractTests : WebSocketContract
{
    protected override async Task<IContractPeer> StartPeerAsync()
    {
        var process = NodePeer.Start("websocket-server.js", "broadcast", "me", Secret);
        var port = int.Parse(await process.LineAsync("port "), CultureInfo.InvariantCulture);
        return new RealPeer(process, ProfileAt(port));
    }

    private sealed class RealPeer(PeerProcess process, Profile profile) : IContractPeer
    {
        private bool _isKilled;

        public Profile Profile => profile;

        public async Task KillAsync()
        {
            _isKilled = true;
            await process.DisposeAsync();
        }

        public ValueTask DisposeAsync() => _isKilled ? ValueTask.CompletedTask : process.DisposeAsync();
    }
}

/// <summary>Against our own server, whose operator sends to all what comes from one.</summary>
public sealed class OwnWebSocketContractTests : WebSocketContract
{
    protected override async Task<IContractPeer> StartPeerAsync()
    {
        var server = await OwnServer.StartAsync(
            "ws://127.0.0.1:0/live",
            ("auth.username", "me"),
            ("auth.password", Secret)
        );
        return new PassingServer(server.Session, server.Surroundings, ProfileAt(server.Port));
    }
}
