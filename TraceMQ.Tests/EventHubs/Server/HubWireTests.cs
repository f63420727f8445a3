using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Tests.EventHubs.Server;

public sealed class HubWireTests
{
    [Fact]
    public async Task Frames_are_told_in_both_directions_with_what_they_say()
    {
        await using var hub = await LocalHubServer.StartAsync();
        await using var client = await LiteClient.OpenAsync(hub);
        var reading = ReadAsync(hub, record => record is { Kind: "disposition", Direction: Direction.Out });
        await Surroundings.UntilAsync(() => hub.Surroundings.Context.Wire.IsWatched, "somebody looks");

        await (await client.SenderAsync("telemetry")).SendAsync(LiteClient.Event("seen"));

        var records = await reading;
        Assert.Contains(records, record => record is { Kind: "sasl-init" });
        Assert.Contains(records, record => record is { Kind: "open", Direction: Direction.In });
        Assert.Contains(records, record => record is { Kind: "open", Direction: Direction.Out });
        var transfer = records.First(record => record is { Kind: "transfer", Direction: Direction.In });
        Assert.Contains("seen", Encoding.UTF8.GetString(transfer.Bytes.Span), StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:", transfer.Summary, StringComparison.Ordinal);
        Assert.Contains("bytes", transfer.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_key_and_no_token_is_told()
    {
        await using var hub = await LocalHubServer.StartAsync();
        var reading = ReadAsync(hub, record => record.Kind == "close");
        await Surroundings.UntilAsync(() => hub.Surroundings.Context.Wire.IsWatched, "somebody looks");
        var plain = await LiteClient.ConnectAsync(hub, LocalHubServer.KeyName, LocalHubServer.Key);
        await plain.PutTokenAsync("sb://127.0.0.1/telemetry");
        await plain.DisposeAsync();

        foreach (var record in await reading)
        {
            var said = record.Summary + Encoding.UTF8.GetString(record.Bytes.Span);
            Assert.DoesNotContain(LocalHubServer.Key, said, StringComparison.Ordinal);
            Assert.DoesNotContain("SharedAccessSignature", said, StringComparison.Ordinal);
        }
    }

    private static async Task<List<WireRecord>> ReadAsync(LocalHubServer hub, Func<WireRecord, bool> isLast)
    {
        var records = new List<WireRecord>();
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        await foreach (var record in hub.Surroundings.Context.Wire.ReadAsync(only: null, timeout.Token))
        {
            records.Add(record);
            if (isLast(record))
                break;
        }

        return records;
    }
}
