using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Tests.Streams.WebSockets;

/// <summary>A client and a server of ours that are connected over TCP.</summary>
internal sealed class WebSocketPair : IAsyncDisposable
{
    public required WebSocketConnection Client { get; init; }

    public required WebSocketConnection Server { get; init; }

    public static async Task<WebSocketPair> ConnectAsync(
        bool isCompressed = false,
        WebSocketLimits? limits = null,
        TimeProvider? time = null
    )
    {
        var (client, server) = await SocketPair.ConnectAsync();
        var accepting = WebSocketUpgrade.AcceptAsync(
            server,
            new UpgradeOffer { AcceptsCompression = isCompressed },
            limits ?? WebSocketLimits.Default,
            time ?? TimeProvider.System,
            CancellationToken.None
        );
        var connected = await WebSocketUpgrade.ConnectAsync(
            client,
            new UpgradeRequest { Host = "localhost", OffersCompression = isCompressed },
            limits ?? WebSocketLimits.Default,
            time ?? TimeProvider.System,
            CancellationToken.None
        );
        return new WebSocketPair { Client = connected, Server = await accepting };
    }

    public async ValueTask DisposeAsync()
    {
        // A client waits for the server to go first.
        await Server.DisposeAsync();
        await Client.DisposeAsync();
    }
}
