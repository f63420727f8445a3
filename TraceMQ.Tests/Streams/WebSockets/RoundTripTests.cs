using System.Text;
using CsCheck;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Tests.Streams.WebSockets;

public sealed class RoundTripTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Messages_of_every_length_pass_both_ways(bool isCompressed)
    {
        await using var pair = await WebSocketPair.ConnectAsync(isCompressed);
        Assert.Equal(isCompressed, pair.Client.Upgrade.Compression is not null);
        foreach (var length in new[] { 0, 1, 31, 32, 125, 126, 127, 65_535, 65_536, 65_537, 200_000, 3_000_000 })
        {
            var payload = new byte[length];
            new Random(length).NextBytes(payload.AsSpan(0, length / 2));
            await PassAsync(pair.Client, pair.Server, payload);
            await PassAsync(pair.Server, pair.Client, payload);
        }
    }

    [Fact]
    public async Task Text_is_text()
    {
        await using var pair = await WebSocketPair.ConnectAsync();

        await pair.Client.SendAsync(Opcode.Text, Encoding.UTF8.GetBytes("grüße 😀"), CancellationToken.None);

        var message = await pair.Server.ReceiveAsync(CancellationToken.None);
        Assert.Equal(Opcode.Text, message!.Value.Opcode);
        Assert.Equal("grüße 😀", Encoding.UTF8.GetString(message.Value.Payload.Span));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_goodbye_is_answered_by_the_other_side(bool isByClient)
    {
        await using var pair = await WebSocketPair.ConnectAsync();
        var (active, passive) = isByClient ? (pair.Client, pair.Server) : (pair.Server, pair.Client);

        var receiving = passive.ReceiveAsync(CancellationToken.None).AsTask();
        var status = await active.CloseAndDropAsync(4000, "enough", CancellationToken.None);

        Assert.Equal(new CloseStatus(4000, "", IsByPeer: false), status);
        Assert.Null(await receiving.WaitAsync(Surroundings.Patience));
        Assert.Equal(new CloseStatus(4000, "enough", IsByPeer: true), await passive.Ended);
        var failure = await Assert.ThrowsAsync<TransportException>(async () =>
            await passive.SendAsync(Opcode.Text, "x"u8.ToArray(), CancellationToken.None)
        );
        Assert.Contains("closing", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ping_tells_the_time_until_its_answer()
    {
        await using var pair = await WebSocketPair.ConnectAsync();
        var server = pair.Server.ReceiveAsync(CancellationToken.None).AsTask();
        var client = pair.Client.ReceiveAsync(CancellationToken.None).AsTask();

        var time = await pair.Client.PingAsync(default, CancellationToken.None).WaitAsync(Surroundings.Patience);

        Assert.True(time > TimeSpan.Zero);
        await pair.Client.CloseAsync(CloseCodes.Normal, "", CancellationToken.None);
        Assert.Null(await server);
        Assert.Null(await client);
    }

    [Fact]
    public async Task A_stream_passes_bytes_whatever_the_pieces()
    {
        await using var pair = await WebSocketPair.ConnectAsync(isCompressed: true);
        var client = new WebSocketStream(pair.Client);
        var server = new WebSocketStream(pair.Server);
        var sent = new byte[300_000];
        new Random(1).NextBytes(sent);

        var writing = Task.Run(async () =>
        {
            for (var at = 0; at < sent.Length; )
            {
                var count = Math.Min(sent.Length - at, 1 + (at % 7001));
                await client.WriteAsync(sent.AsMemory(at, count));
                at += count;
            }

            await client.DisposeAsync();
        });
        var received = new MemoryStream();
        var buffer = new byte[1000];
        while (await server.ReadAsync(buffer) is var read and > 0)
            received.Write(buffer, 0, read);

        await server.DisposeAsync();
        await writing;
        Assert.Equal(sent, received.ToArray());
    }

    private static async Task PassAsync(WebSocketConnection from, WebSocketConnection to, byte[] payload)
    {
        var sending = from.SendAsync(Opcode.Binary, payload, CancellationToken.None);
        var message = await to.ReceiveAsync(CancellationToken.None).AsTask().WaitAsync(Surroundings.Patience);
        await sending;
        Assert.Equal(Opcode.Binary, message!.Value.Opcode);
        Assert.True(message.Value.Payload.Span.SequenceEqual(payload), $"{payload.Length} bytes came back changed");
    }
}
