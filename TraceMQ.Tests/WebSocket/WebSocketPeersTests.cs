using System.Globalization;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Docs;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.WebSocket;

/// <summary>Whole sessions against the implementations of others, in both directions.</summary>
public sealed class WebSocketPeersTests
{
    [Fact]
    public async Task Our_client_and_the_server_of_faye()
    {
        await using var server = NodePeer.Start("websocket-faye.js", "server");
        var port = int.Parse(await server.LineAsync("port "), CultureInfo.InvariantCulture);
        var surroundings = new Surroundings();
        await using var session = await WebSocketProfiles.Transport.ConnectAsync(
            WebSocketProfiles.Of($"ws://127.0.0.1:{port}/chat", ("websocket.subprotocols", "v0, v1.chat")),
            surroundings.Context,
            CancellationToken.None
        );
        Assert.Contains(session.Facts, fact => fact is { Label: "subprotocol", Value: "v1.chat" });
        Assert.Contains(session.Facts, fact => fact is { Label: "compression", Value: "none" });

        foreach (var payload in new[] { "hello", new string('x', 100_000) })
        {
            await session.PublishAsync(WebSocketProfiles.Message(payload), CancellationToken.None);
            var back = await surroundings.NextInAsync();
            Assert.Equal(payload.Length, back.Payload.Length);
            Assert.Equal("text", back.Details.Find("opcode")!.Value.Text);
        }

        var pinged = await session.PublishAsync(
            WebSocketProfiles.Message("hi", ("opcode", "ping")),
            CancellationToken.None
        );
        Assert.StartsWith("pong after", pinged.Text, StringComparison.Ordinal);
        await session.PublishAsync(WebSocketProfiles.Message("close me"), CancellationToken.None);
        var closed = await Assert.ThrowsAsync<TransportException>(() =>
            session.Completion.WaitAsync(Surroundings.Patience)
        );
        Assert.Contains("a code of the application (4001): as you wish", closed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_client_of_faye_and_our_server()
    {
        await using var server = await OwnServer.StartAsync(
            "ws://127.0.0.1:0/chat",
            ("server.reply", "echo"),
            ("websocket.subprotocols", "v1.chat")
        );
        await using var client = NodePeer.Start("websocket-faye.js", "client", server.Url);

        await client.LineAsync("open v1.chat");
        await client.LineAsync("message 1 true");
        await client.LineAsync("message 2 true");
        await client.LineAsync("pong");
        await client.LineAsync("closed 4002");
        Assert.Equal(1600, (await server.Surroundings.NextInAsync()).Payload.Length);
        var bytes = await server.Surroundings.NextInAsync();
        Assert.Equal("binary", bytes.Details.Find("opcode")!.Value.Text);
        Assert.Equal([0, 1, 2, 255], bytes.Payload.ToArray());
    }

    [Fact]
    public async Task Wscat_talks_to_our_server()
    {
        await using var server = await OwnServer.StartAsync(
            "ws://127.0.0.1:0",
            ("server.reply", "echo"),
            ("auth.username", "me"),
            ("auth.password", "right")
        );
        await using var client = PeerProcess.Start(
            "node",
            "nodejs",
            Repository.PathOf("TraceMQ.Tests/Peers/npm/node_modules/wscat/bin/wscat"),
            "--connect",
            server.Url,
            "--auth",
            "me:right",
            "--execute",
            "hello from wscat",
            "--wait",
            "2"
        );

        await client.LineAsync("hello from wscat");
        Assert.Equal("hello from wscat"u8.ToArray(), (await server.Surroundings.NextInAsync()).Payload.ToArray());
    }

    [Fact]
    public async Task Raw_frames_of_every_theme_get_from_our_server_what_the_standard_says()
    {
        await using var server = await OwnServer.StartAsync(
            "ws://127.0.0.1:0",
            ("server.reply", "echo"),
            ("websocket.max_message", "1MB"),
            ("websocket.ping_interval", "0s")
        );
        await using var client = PythonPeer.Start(
            "websocket_frames.py",
            server.Port.ToString(CultureInfo.InvariantCulture)
        );

        var cases = await client.LineAsync("cases ");

        Assert.True(cases.EndsWith("failed 0", StringComparison.Ordinal), client.Output);
        Assert.True(int.Parse(cases.Split(' ')[0], CultureInfo.InvariantCulture) > 100);
    }
}
