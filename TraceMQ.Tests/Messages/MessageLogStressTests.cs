using System.Buffers.Binary;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tests.Messages;

public sealed class MessageLogStressTests
{
    [Fact]
    public async Task Readers_never_see_bytes_of_another_message_while_chunks_are_used_again()
    {
        var log = new MessageLog(512 << 10, 1 << 20);
        var source = log.AddSource();
        var shared = log.AddSource("b", share: 64 << 10);
        for (var i = 1; i <= 20_000; i++)
            log.Append(i % 5 == 0 ? shared : source, Numbered(i));
        var isDone = false;
        var read = 0L;
        var gone = 0L;

        var readers = Enumerable.Range(0, 3).Select(seed => Task.Run(() => Read(new Random(seed)))).ToArray();
        var next = 20_001;
        var started = TimeProvider.System.GetTimestamp();
        // Until the race has really been run: reads that won and reads that lost, for as many messages.
        while (next < 400_000 || Volatile.Read(ref gone) < 1000 || Volatile.Read(ref read) < 10_000)
        {
            log.Append(next % 5 == 0 ? shared : source, Numbered(next));
            next++;
            if (
                readers.Any(reader => reader.IsFaulted)
                || TimeProvider.System.GetElapsedTime(started).TotalSeconds > 60
            )
                break;
        }

        Volatile.Write(ref isDone, true);
        await Task.WhenAll(readers).WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(Volatile.Read(ref gone) >= 1000, $"{gone} reads came too late, {read} in time");

        void Read(Random random)
        {
            var row = new RowData();
            while (!Volatile.Read(ref isDone))
            {
                var view = log.View();
                // The oldest are about to leave, and have left by the end of the round.
                for (var i = 0; i < 400; i++)
                {
                    var id = view.IdAt(i % 4 == 0 ? random.NextInt64(view.Count) : i % 100);
                    if (i % 2 == 0 ? IsWhole(view, id) : IsWholeRow(view, id, row))
                        Interlocked.Increment(ref read);
                    else
                        Interlocked.Increment(ref gone);
                }
            }
        }
    }

    private static bool IsWhole(LogView view, long id)
    {
        if (!view.TryRead(id, out var stored))
            return false;
        AssertIs(id, stored.Message.Payload.Span, stored.Message.Topic);
        return true;
    }

    private static bool IsWholeRow(LogView view, long id, RowData row)
    {
        if (!view.TryReadRow(id, 64, row))
            return false;
        Assert.Equal(id, row.Id);
        AssertIs(id, row.Preview, row.Topic);
        return true;
    }

    [Fact]
    public void A_view_that_is_older_than_the_bytes_says_that_they_are_gone()
    {
        var log = new MessageLog(512 << 10, 1 << 20);
        var source = log.AddSource();
        for (var i = 1; i <= 1000; i++)
            log.Append(source, Numbered(i));
        var old = log.View();
        for (var i = 1001; i <= 50_000; i++)
            log.Append(source, Numbered(i));

        var row = new RowData();
        Assert.Equal(1000, old.Count);
        Assert.All(old.RowIds(), id => Assert.False(old.TryRead(id, out _)));
        Assert.All(old.RowIds(), id => Assert.False(old.TryReadRow(id, 10, row)));
    }

    [Fact]
    public void Bytes_that_a_reader_has_pinned_stay_while_their_messages_are_evicted()
    {
        var log = new MessageLog(512 << 10, 1 << 20);
        var source = log.AddSource();
        log.Append(source, Numbered(1));
        Assert.True(log.View().TryFind(1, out var chunk, out var index));
        Assert.True(chunk.Slab.TryPin());

        for (var i = 2; i <= 50_000; i++)
            log.Append(source, Numbered(i));

        Assert.True(log.View().RowOf(1) < 0);
        AssertIs(1, chunk.Payload(chunk[index]), "t/other");
        chunk.Slab.Unpin();
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
