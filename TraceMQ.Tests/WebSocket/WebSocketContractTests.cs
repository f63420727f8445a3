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
        return new OurPeer(server, ProfileAt(server.Port));
    }

    private sealed class OurPeer : IContractPeer
    {
        private readonly OwnServer _server;
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _passing;

        public OurPeer(OwnServer server, Profile profile)
        {
            _server = server;
            Profile = profile;
            _passing = PassOnAsync();
        }

        public Profile Profile { get; }

        public async Task KillAsync()
        {
            await _stop.CancelAsync();
            await _passing;
            await _server.DisposeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await KillAsync();
            _stop.Dispose();
        }

        private async Task PassOnAsync()
        {
            while (!_stop.IsCancellationRequested)
            {
                try
                {
                    var message = await _server
                        .Surroundings.NextAsync(message => message.Direction == Direction.In)
                        .WaitAsync(_stop.Token);
                    await _server.Session.PublishAsync(
                        new OutgoingMessage { Topic = "", Payload = message.Payload },
                        _stop.Token
                    );
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
        }
    }
}
