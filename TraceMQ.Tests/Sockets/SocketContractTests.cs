using System.Globalization;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Sockets;

/// <summary>Over TLS, since a bare TCP connection has no handshake that could be waited for.</summary>
public abstract class SocketContract : TransportContract
{
    protected static TestCertificates Files { get; } = TestCertificates.Shared;

    protected override ITransport Transport => SocketProfiles.Transport;

    protected override Subscription RefusedSubscription { get; } = new("");

    protected override bool HasTopics => false;

    protected override Profile ProfileAt(int port) =>
        SocketProfiles.Of(
            $"tls://127.0.0.1:{port}",
            ("tls.ca_file", Files.Ca),
            ("socket.framing", "length"),
            ("socket.length_bytes", "2")
        );
}

/// <summary>Against Python's own sockets, which send to all what they get from one.</summary>
public sealed class PythonSocketContractTests : SocketContract
{
    protected override async Task<IContractPeer> StartPeerAsync()
    {
        var process = PythonPeer.Start("socket_server.py", "broadcast", Files.Server.Certificate, Files.Server.Key);
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
public sealed class OwnSocketContractTests : SocketContract
{
    protected override async Task<IContractPeer> StartPeerAsync()
    {
        var surroundings = new Surroundings(capacity: 100_000);
        var server = await SocketProfiles.ListenAsync(
            "tls://127.0.0.1:0",
            surroundings,
            ("tls.certificate_file", Files.Server.Certificate),
            ("tls.private_key_file", Files.Server.Key),
            ("socket.framing", "length"),
            ("socket.length_bytes", "2")
        );
        return new PassingServer(server, surroundings, ProfileAt(new Uri(server.ListensOn[0]).Port));
    }
}
