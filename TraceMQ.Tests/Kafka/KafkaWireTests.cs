using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Kafka;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Tests.Kafka;

public sealed class KafkaWireTests
{
    [Fact]
    public async Task Requests_and_answers_are_told_while_somebody_looks_and_the_handshake_always()
    {
        await using var broker = await KafkaBroker.StartAsync("wire");
        var surroundings = new Surroundings();
        await using var session = await broker.ConnectAsync(surroundings);
        Assert.True(session.Capabilities.HasFlag(Capabilities.Wire));

        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        await using var records = surroundings.Context.Wire.ReadAsync(only: null, timeout.Token).GetAsyncEnumerator();
        Assert.Equal("ApiVersionRequest", (await NextAsync(records, "ApiVersionRequest")).Kind);
        Assert.Equal(Direction.In, (await NextAsync(records, "MetadataResponse")).Direction);

        var next = NextAsync(records, "ProduceResponse");
        await Surroundings.UntilAsync(() => surroundings.Context.Wire.IsWatched, "somebody looks");
        var written = await session.PublishAsync(KafkaProfiles.Message("wire", "secret"), CancellationToken.None);
        Assert.True(written.IsAccepted, written.Text);
        var answer = await next;
        Assert.True(answer.Length > 0);
        Assert.Contains(answer.Fields, fact => fact.Label == "answer took");
    }

    [Theory]
    [InlineData("[thrd:a:1/1]: a:1/1: Sent FetchRequest (v11, 53 bytes @ 0, CorrId 7)", "FetchRequest", 53)]
    [InlineData("[thrd:b]: b/2: Received FetchResponse (v3, 9 bytes, CorrId 7, rtt 0.08ms)", "FetchResponse", 9)]
    public void A_line_of_the_library_becomes_a_record(string line, string kind, int length)
    {
        var record = KafkaWireLog.Parse(line, "client", TimeProvider.System.GetUtcNow());

        Assert.NotNull(record);
        Assert.Equal((kind, length), (record.Kind, record.Length));
        Assert.Contains("#7", record.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[thrd:a]: a: Connected (#1)")]
    [InlineData("[thrd:a]: a: Sent X (v1, 99999999999999 bytes, CorrId 1)")]
    public void Another_line_does_not(string line) =>
        Assert.Null(KafkaWireLog.Parse(line, "client", TimeProvider.System.GetUtcNow()));

    private static async Task<WireRecord> NextAsync(IAsyncEnumerator<WireRecord> records, string kind)
    {
        while (await records.MoveNextAsync())
        {
            if (records.Current.Kind == kind)
                return records.Current;
        }

        throw new InvalidOperationException("The records ended.");
    }
}
