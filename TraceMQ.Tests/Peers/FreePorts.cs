using System.Net;
using System.Net.Sockets;

namespace TraceMQ.Tests.Peers;

/// <summary>Ports for programs that cannot choose their own.</summary>
internal static class FreePorts
{
    /// <summary>A port that is free for UDP and TCP, and the next one too: libcoap listens with encryption there. Somebody else may be quicker.</summary>
    public static int Pair()
    {
        while (true)
        {
            using var first = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            first.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)first.LocalEndPoint!).Port;
            if (
                IsFree(port, SocketType.Stream, ProtocolType.Tcp)
                && IsFree(port + 1, SocketType.Stream, ProtocolType.Tcp)
                && IsFree(port + 1, SocketType.Dgram, ProtocolType.Udp)
            )
                return port;
        }
    }

    private static bool IsFree(int port, SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
