using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;

namespace TraceMQ.Tests.Nats;

/// <summary>Three servers that know each other.</summary>
internal sealed class NatsCluster : IAsyncDisposable
{
    private readonly List<NatsServer> _servers;

    private NatsCluster(List<NatsServer> servers) => _servers = servers;

    public NatsServer this[int index] => _servers[index];

    public static async Task<NatsCluster> StartAsync()
    {
        int[] ports = [Mosquitto.FreePort(), Mosquitto.FreePort(), Mosquitto.FreePort()];
        var routes = string.Join(", ", ports.Select(port => $"\"nats://127.0.0.1:{port}\""));
        var servers = new List<NatsServer>();
        for (var i = 0; i < ports.Length; i++)
            servers.Add(
                await NatsServer.StartAsync(
                    $"server_name: n{i + 1}\ncluster {{ name: trio, host: 127.0.0.1, port: {ports[i]}, routes: [{routes}] }}"
                )
            );
        foreach (var server in servers)
            await Surroundings.UntilAsync(
                () => server.Log.Split("Route connection created").Length > 2,
                "the servers have found each other"
            );
        return new NatsCluster(servers);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.DisposeAsync();
    }
}
