using System.Buffers.Binary;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tests.Messages;

public sealed class MessageLogStressTests
{
    [Fact]
    public async Task Readers_never_see_bytes_of_another_message_while_chunks_are_used_again()
    {
        const int Messages = 400_000;
        var log = new MessageLog(512 << 10, 1 << 20);
        var source = log.AddSource();
        var shared = log.AddSource("b", share: 64 << 10);
        var isDone = false;
        var read = 0L;

        var readers = Enumerable.Range(0, 3).Select(seed => Task.Run(() => Read(new Random(seed)))).ToArray();
        for (var i = 1; i <= Messages; i++)
            log.Append(i % 5 == 0 ? shared : source, Numbered(i));
        Volatile.Write(ref isDone, true);
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.True(log.Counters.Evicted > Messages / 2);
        Assert.True(Volatile.Read(ref read) > 0);

        void Read(Random random)
        {
            var row = new RowData();
            do
            {
                var view = log.View();
                for (var i = 0; i < 200 && view.Count > 0; i++)
                {
                    // Mostly the oldest: those that are about to leave.
                    var id = view.IdAt(random.NextInt64(Math.Min(view.Count, i % 4 == 0 ? view.Count : 50)));
                    if (i % 2 == 0 && view.TryRead(id, out var stored))
                    {
                        AssertIs(id, stored.Message.Payload.Span, stored.Message.Topic);
                        Interlocked.Increment(ref read);
                    }
                    else if (i % 2 != 0 && view.TryReadRow(id, 64, row))
                    {
                        Assert.Equal(id, row.Id);
                        AssertIs(id, row.Preview, row.Topic);
                        Interlocked.Increment(ref read);
                    }
                }
            } while (!Volatile.Read(ref isDone));
        }
    }

    [Fact]
    public async Task A_search_of_chunks_that_are_being_evicted_finds_only_true_hits_and_counts_the_rest_as_missing()
    {
        var log = new MessageLog(512 << 10, 1 << 20);
        var source = log.AddSource();
        var next = 1;
        for (var round = 0; round < 40; round++)
        {
            for (var i = 0; i < 10_000; i++)
                log.Append(source, Marked(next++));
            var rows = new FilteredRows(log, Scope("mark"), static _ => null);
            var kept = log.View().Count;
            var received = next - 1;
            var scan = rows.ScanAsync(null, CancellationToken.None);
            while (!scan.IsCompleted)
                log.Append(source, Marked(next++));
            await scan;

            var hits = rows.View();
            Assert.True(hits.IsComplete);
            Assert.Equal(received, hits.Searched + hits.Missing);
            Assert.InRange(hits.Searched, 0, kept);
            foreach (var id in hits.RowIds())
                Assert.Equal(0, id % 7);
        }
    }

    private static MessageScope Scope(string filter) => new() { Filter = MessageFilter.Parse(filter, []).Filter! };

    private static Transport.Message Numbered(int number)
    {
        var bytes = new byte[8 + (number % 56)];
        for (var i = 0; i + 8 <= bytes.Length; i += 8)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i), number);
        return TestMessages.Of(number % 7 == 0 ? "t/mark" : "t/other", bytes);
    }

    private static Transport.Message Marked(int number) =>
        TestMessages.Of("t", $"{number} {(number % 7 == 0 ? "mark" : "none")}");

    private static void AssertIs(long id, ReadOnlySpan<byte> payload, string topic)
    {
        Assert.Equal(8 + (id % 56), payload.Length);
        for (var i = 0; i + 8 <= payload.Length; i += 8)
            Assert.Equal(id, BinaryPrimitives.ReadInt64LittleEndian(payload[i..]));
        Assert.Equal(id % 7 == 0 ? "t/mark" : "t/other", topic);
    }
}
