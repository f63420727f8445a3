using System.Net;
using System.Net.Sockets;
using TraceMQ.Tests.Contracts;

namespace TraceMQ.Tests.Peers;

/// <summary>A real HTTP proxy that wants credentials.</summary>
public sealed class Tinyproxy : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly PeerProcess _process;

    private Tinyproxy(DirectoryInfo folder, PeerProcess process, int port)
    {
        _folder = folder;
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public static async Task<Tinyproxy> StartAsync(string username, string password)
    {
        var folder = Directory.CreateTempSubdirectory("tracemq-tinyproxy-");
        var port = Mosquitto.FreePort();
        var file = Path.Combine(folder.FullName, "tinyproxy.conf");
        await File.WriteAllTextAsync(
            file,
            $"Port {port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 20\nAllow 127.0.0.1\nBasicAuth {username} {password}\n"
        );
        var proxy = new Tinyproxy(folder, PeerProcess.Start("tinyproxy", "tinyproxy", "-d", "-c", file), port);
        await Surroundings.UntilAsync(() => proxy._process.HasExited || Listens(port), "tinyproxy listens");
        Assert.False(proxy._process.HasExited, proxy._process.Output);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static bool Listens(int port)
    {
        using var probe = new TcpClient();
        try
        {
            probe.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
