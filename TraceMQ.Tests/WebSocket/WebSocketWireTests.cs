using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Tests.WebSocket;

/// <summary>What stands on the wire screen: handshakes, kept and without secrets, and every frame.</summary>
public sealed class WebSocketWireTests
{
    private readonly Surroundings _surroundings = new();

    [Fact]
    public async Task A_handshake_is_kept_on_both_sides_without_its_secrets()
    {
        await using var server = await OwnServer.StartAsync(
            "ws://127.0.0.1:0",
            ("auth.username", "me"),
            ("auth.password", "s3cret")
        );
        await using var session = await ConnectAsync(
            server.Url + "/live?token=s3cret&x=1",
            ("auth.username", "me"),
            ("auth.password", "s3cret"),
            ("websocket.headers", "Cookie=sid=s3cret")
        );

        foreach (var wire in new[] { _surroundings.Context.Wire, server.Surroundings.Context.Wire })
        {
            var records = await TakeAsync(wire, 2);
            Assert.Equal(["request", "response"], records.Select(record => record.Kind));
            Assert.NotEqual(records[0].Direction, records[1].Direction);
            Assert.Equal("GET /live?token=***&x=1 HTTP/1.1", records[0].Summary);
            Assert.Equal("HTTP/1.1 101 Switching Protocols", records[1].Summary);
            Assert.Contains(records[0].Fields, field => field is { Label: "Authorization", Value: "Basic ***" });
            Assert.Contains(records[0].Fields, field => field is { Label: "Cookie", Value: "***" });
            Assert.All(
                records,
                record =>
                    Assert.DoesNotContain(
                        "s3cret",
                        Encoding.UTF8.GetString(record.Bytes.Span),
                        StringComparison.Ordinal
                    )
            );
        }
    }

    [Fact]
    public async Task A_refused_handshake_can_be_read_afterwards()
    {
        await using var server = await OwnServer.StartAsync("ws://127.0.0.1:0/live");

        await Assert.ThrowsAsync<TransportException>(() => ConnectAsync(server.Url + "/elsewhere"));

        var records = await TakeAsync(_surroundings.Context.Wire, 2);
        Assert.StartsWith("GET /live/elsewhere", records[0].Summary, StringComparison.Ordinal);
        Assert.Equal("HTTP/1.1 404 Not Found", records[1].Summary);
        Assert.Equal(2, (await TakeAsync(server.Surroundings.Context.Wire, 2)).Count);
    }

    [Fact]
    public async Task Every_frame_and_fragment_is_recorded_as_it_was()
    {
        await using var server = await OwnServer.StartAsync(
            "ws://127.0.0.1:0",
            ("server.reply", "echo"),
            ("websocket.compression", "false")
        );
        await using var session = await ConnectAsync(server.Url);
        var taking = TakeAsync(_surroundings.Context.Wire, 6);
        await Surroundings.UntilAsync(() => _surroundings.Context.Wire.IsWatched, "somebody looks");

        await session.PublishAsync(WebSocketProfiles.Message("abcdef", ("fragment_size", "4")), CancellationToken.None);
        await _surroundings.NextInAsync();
        await session.PublishAsync(
            WebSocketProfiles.Message("", ("opcode", "close"), ("close_code", "1001"), ("close_reason", "done")),
            CancellationToken.None
        );

        var frames = (await taking).Skip(2).ToList();
        Assert.Equal(["text", "continuation", "text", "close"], frames.Select(frame => frame.Kind));
        Assert.Equal([10, 8, 8], frames.Take(3).Select(frame => frame.Length));
        Assert.Equal("no, more fragments follow", Field(frames[0], "final"));
        Assert.Equal("yes", Field(frames[1], "final"));
        Assert.EndsWith("the payload is shown without it", Field(frames[0], "mask"), StringComparison.Ordinal);
        Assert.Equal("none", Field(frames[2], "mask"));
        Assert.Equal("abcd", Encoding.ASCII.GetString(frames[0].Bytes.Span[6..]));
        Assert.Equal(0x01, frames[0].Bytes.Span[0]);
        Assert.Equal("going away (1001): done", Field(frames[3], "says"));
    }

    [Fact]
    public async Task A_preamble_is_asterisks_on_the_wire()
    {
        await using var server = await OwnServer.StartAsync();
        var taking = TakeAsync(_surroundings.Context.Wire, 3);
        await Surroundings.UntilAsync(() => _surroundings.Context.Wire.IsWatched, "somebody looks");

        await using var session = await ConnectAsync(server.Url, ("websocket.preamble", "s3cret"));

        var preamble = (await taking)[2];
        Assert.Equal(("text", "******"), (preamble.Kind, Encoding.ASCII.GetString(preamble.Bytes.Span[6..])));
        Assert.DoesNotContain("s3cret", preamble.Summary, StringComparison.Ordinal);
        Assert.Equal("s3cret"u8.ToArray(), (await server.Surroundings.NextInAsync()).Payload.ToArray());
    }

    private static string Field(WireRecord record, string label) =>
        record.Fields.Single(field => field.Label == label).Value;

    private static async Task<IReadOnlyList<WireRecord>> TakeAsync(WireLog wire, int count)
    {
        using var patience = new CancellationTokenSource(Surroundings.Patience);
        var records = new List<WireRecord>();
        await foreach (var record in wire.ReadAsync(only: null, patience.Token))
        {
            records.Add(record);
            if (records.Count == count)
                break;
        }

        return records;
    }

    private Task<ISession> ConnectAsync(string url, params IEnumerable<(string, string)> values) =>
        WebSocketProfiles.Transport.ConnectAsync(
            WebSocketProfiles.Of(url, values),
            _surroundings.Context,
            CancellationToken.None
        );
}
