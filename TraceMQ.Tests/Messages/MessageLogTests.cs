using System.Text;
using CsCheck;
using TraceMQ.Transport;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tests.Messages;

public sealed class MessageLogTests
{
    [Fact]
    public void A_message_comes_back_whole()
    {
        var log = new MessageLog(1 << 20, 1 << 20);
        var source = log.AddSource();
        var message = new Message
        {
            Time = TestMessages.Start.AddTicks(1234567),
            Direction = Direction.Out,
            Topic = "a/ü/\u0001",
            Payload = new byte[] { 0, 255, 1 },
            Headers = [new Header("k", "v"), new Header("k", ""), new Header("", "😀")],
            Details = new MessageDetails(
                new Detail(TestMessages.Qos, DetailValue.Of(-5_000_000_000)),
                new Detail(TestMessages.Retain, DetailValue.Of(true)),
                new Detail(TestMessages.Type, DetailValue.Of("text/plain")),
                new Detail(TestMessages.Correlation, DetailValue.Of([0, 200])),
                new Detail(TestMessages.Ids, DetailValue.Of([long.MinValue, 0, long.MaxValue]))
            ),
            Exchange = new ExchangeId(77),
            IsReplayed = true,
        };

        var id = log.Append(source, message);

        Assert.True(log.View().TryRead(id, out var stored));
        Assert.Equal(1, id);
        Assert.Equal(source, stored.Source);
        Assert.Equal(3, stored.OriginalSize);
        Assert.False(stored.IsCut);
        Assert.Equal(message.Time, stored.Message.Time);
        Assert.Equal(message.Direction, stored.Message.Direction);
        Assert.Equal(message.Topic, stored.Message.Topic);
        Assert.Equal(message.Payload.ToArray(), stored.Message.Payload.ToArray());
        Assert.Equal(message.Headers, stored.Message.Headers);
        Assert.Equal(message.Exchange, stored.Message.Exchange);
        Assert.True(stored.Message.IsReplayed);
        Assert.Equal(
            message.Details.Select(detail => (detail.Field, detail.Value.ToString())),
            stored.Message.Details.Select(detail => (detail.Field, detail.Value.ToString()))
        );
    }

    [Fact]
    public void A_message_that_is_too_large_is_cut_and_marked_and_counted()
    {
        var log = new MessageLog(1 << 20, maximumMessage: 10);
        var source = log.AddSource();

        var id = log.Append(source, TestMessages.Of("t", "0123456789ABC"));

        Assert.True(log.View().TryRead(id, out var stored));
        Assert.True(stored.IsCut);
        Assert.Equal(13, stored.OriginalSize);
        Assert.Equal("0123456789", Encoding.UTF8.GetString(stored.Message.Payload.Span));
        Assert.Equal(1, log.CountersOf(source).Cut);
        var row = new RowData();
        Assert.True(log.View().TryReadRow(id, 4, row));
        Assert.Equal(13, row.Size);
        Assert.Equal("0123", Encoding.UTF8.GetString(row.Preview));
        Assert.True(row.IsCut);
    }

    [Fact]
    public void A_message_larger_than_the_memory_does_not_exceed_it()
    {
        var log = new MessageLog(1 << 20, maximumMessage: 64 << 20);
        var source = log.AddSource();

        for (var i = 0; i < 5; i++)
            log.Append(source, TestMessages.Of("t", new byte[10 << 20]));

        var counters = log.Counters;
        Assert.Equal(5, counters.Cut);
        Assert.InRange(counters.Bytes, 1, 1 << 20);
        Assert.True(log.View().TryRead(5, out _));
    }

    [Fact]
    public void Headers_without_end_are_cut_and_the_message_says_so()
    {
        var log = new MessageLog(64 << 10, 1 << 20);
        var source = log.AddSource();
        var headers = Enumerable.Range(0, 5000).Select(i => new Header($"name {i}", "value")).ToArray();

        var id = log.Append(
            source,
            new Message
            {
                Time = TestMessages.Start,
                Topic = "t",
                Payload = "p"u8.ToArray(),
                Headers = headers,
            }
        );

        Assert.True(log.View().TryRead(id, out var stored));
        Assert.True(stored.IsCut);
        Assert.InRange(stored.Message.Headers.Count, 100, 4999);
        Assert.Equal(headers.Take(stored.Message.Headers.Count), stored.Message.Headers);
        Assert.Equal("p"u8.ToArray(), stored.Message.Payload.ToArray());
    }

    [Fact]
    public void More_topics_than_the_table_holds_are_kept_all_the_same()
    {
        var log = new MessageLog(256 << 10, 1 << 20);
        var source = log.AddSource();

        for (var i = 0; i < 1000; i++)
            log.Append(source, TestMessages.Of($"topic/{i}", "x"));

        var view = log.View();
        Assert.Equal(1000, view.Count);
        foreach (var id in view.RowIds())
        {
            Assert.True(view.TryRead(id, out var stored));
            Assert.Equal($"topic/{id - 1}", stored.Message.Topic);
        }
    }

    [Fact]
    public void A_topic_of_65535_bytes_is_kept()
    {
        var log = new MessageLog(1 << 20, 1 << 20);
        var topic = new string('t', 65_535);

        var id = log.Append(log.AddSource(), TestMessages.Of(topic, "x"));

        Assert.True(log.View().TryRead(id, out var stored));
        Assert.Equal(topic, stored.Message.Topic);
    }

    [Fact]
    public void A_pinned_message_survives_eviction_until_it_is_unpinned_as_often()
    {
        var log = new MessageLog(64 << 10, 1 << 20);
        var source = log.AddSource();
        var id = log.Append(source, TestMessages.Of("t", "precious"));
        Assert.True(log.Pin(id));
        Assert.True(log.Pin(id));

        for (var i = 0; i < 10_000; i++)
            log.Append(source, TestMessages.Of("t", "noise noise noise"));

        Assert.True(log.View().RowOf(id) < 0);
        Assert.Equal("precious", log.View().PayloadText(id));
        log.Unpin(id);
        Assert.Equal("precious", log.View().PayloadText(id));
        log.Unpin(id);
        Assert.Equal("gone", log.View().PayloadText(id));
        Assert.False(log.Pin(id));
    }

    [Fact]
    public void A_share_cannot_be_pushed_out_by_others()
    {
        var log = new MessageLog(256 << 10, 1 << 20);
        var loud = log.AddSource("loud");
        var quiet = log.AddSource("quiet", share: 32 << 10);
        var first = log.Append(quiet, TestMessages.Of("q", "quiet"));

        for (var i = 0; i < 50_000; i++)
            log.Append(loud, TestMessages.Of("l", "loud loud loud loud"));

        Assert.Equal("quiet", log.View().PayloadText(first));
        Assert.Equal(first, log.View().IdAt(0));
        Assert.True(log.CountersOf(loud).Evicted > 0);
        Assert.Equal(0, log.CountersOf(quiet).Evicted);
    }

    [Fact]
    public void The_version_changes_with_every_change_and_a_view_stays_as_it_was()
    {
        var log = new MessageLog(1 << 20, 1 << 20);
        var source = log.AddSource();
        log.Append(source, TestMessages.Of("t", "1"));
        var before = log.View();
        Assert.Same(before, log.View());

        log.Append(source, TestMessages.Of("t", "2"));

        Assert.NotEqual(before.Version, log.Version);
        Assert.Equal(1, before.Count);
        Assert.Equal(2, log.View().Count);
    }

    private enum Step
    {
        Append,
        Pin,
        Unpin,
        Clear,
        ClearAll,
    }

    [Fact]
    public void Any_sequence_of_operations_agrees_with_a_naive_list()
    {
        var step = Gen.Select(
            Gen.Frequency(
                (40, Gen.Const(Step.Append)),
                (3, Gen.Const(Step.Pin)),
                (2, Gen.Const(Step.Unpin)),
                (1, Gen.Const(Step.Clear)),
                (1, Gen.Const(Step.ClearAll))
            ),
            Gen.Int[0, 2],
            Gen.Frequency((10, Gen.Int[0, 40]), (3, Gen.Int[0, 3000]), (1, Gen.Int[0, 40_000]))
        );
        step.Array[0, 600].Sample(Check, iter: 150);
    }

    private static void Check((Step Kind, int Source, int Size)[] steps)
    {
        var log = new MessageLog(96 << 10, 20_000);
        log.AddSource("a");
        log.AddSource("b");
        log.AddSource("c", share: 24 << 10);
        var model = new SortedDictionary<long, (int Source, int Size)>();
        var pins = new Dictionary<long, int>();
        var newest = 0L;
        var cleared = new long[3];
        var received = new long[3];
        foreach (var (kind, source, size) in steps)
        {
            switch (kind)
            {
                case Step.Append:
                    newest = log.Append(source, TestMessages.Of($"t/{source}", Filled(newest + 1, size)));
                    model.Add(newest, (source, size));
                    received[source]++;
                    break;
                case Step.Pin when newest > 0:
                    var id = 1 + (size % newest);
                    var isThere = log.View().RowOf(id) >= 0 || pins.ContainsKey(id);
                    Assert.Equal(isThere, log.Pin(id));
                    if (isThere)
                        pins[id] = pins.GetValueOrDefault(id) + 1;
                    break;
                case Step.Unpin when pins.Count > 0:
                    var last = pins.Keys.Max();
                    log.Unpin(last);
                    if (--pins[last] == 0)
                        pins.Remove(last);
                    break;
                case Step.Clear or Step.ClearAll:
                    var only = kind == Step.Clear ? source : (int?)null;
                    foreach (var info in log.Sources.Where(info => only is null || only == info.Id))
                        cleared[info.Id] += log.CountersOf(info.Id).Kept;
                    log.Clear(only);
                    foreach (var gone in model.Where(pair => only is null || pair.Value.Source == only).ToList())
                        model.Remove(gone.Key);
                    break;
            }
        }

        var view = log.View();
        var ids = view.RowIds();
        // Of each lane the newest stay: nothing in the middle is missing.
        foreach (var lane in new int[][] { [0, 1], [2] })
        {
            var kept = ids.Where(id => lane.Contains(model[id].Source)).ToArray();
            var expected = model.Where(pair => lane.Contains(pair.Value.Source)).Select(pair => pair.Key).ToArray();
            Assert.Equal(expected[^kept.Length..], kept);
            Assert.True(expected.Length == 0 || kept.Length > 0);
        }

        Assert.Equal(ids.Order(), ids);
        for (var row = 0; row < ids.Length; row++)
        {
            Assert.Equal(row, view.RowOf(ids[row]));
            Assert.True(view.TryRead(ids[row], out var stored));
            Assert.Equal(model[ids[row]].Source, stored.Source);
            Assert.Equal(model[ids[row]].Size, stored.OriginalSize);
            Assert.Equal(
                Filled(ids[row], model[ids[row]].Size)[..stored.Message.Payload.Length],
                stored.Message.Payload.ToArray()
            );
        }

        for (var id = 0L; id <= newest + 1; id++)
        {
            if (Array.BinarySearch(ids, id) is var place and < 0)
                Assert.Equal(place, view.RowOf(id));
            Assert.Equal(ids.Contains(id) || pins.ContainsKey(id), view.TryRead(id, out _));
        }

        for (var source = 0; source < 3; source++)
        {
            var counters = log.CountersOf(source);
            Assert.Equal(received[source], counters.Received);
            Assert.Equal(cleared[source], counters.Cleared);
            Assert.Equal(ids.Count(id => model[id].Source == source), counters.Kept);
            Assert.Equal(counters.Received, counters.Kept + counters.Evicted + counters.Cleared);
        }
    }

    private static byte[] Filled(long id, int size)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, (byte)id);
        return bytes;
    }

    [Fact]
    public void What_nobody_sent_us_is_kept_and_not_counted_as_received()
    {
        var log = new MessageLog(1 << 20, 1 << 20);
        var source = log.AddSource();
        log.Append(source, TestMessages.Of("a", "in"));
        var sent = new Message
        {
            Time = TestMessages.Start,
            Topic = "a",
            Direction = Direction.Out,
        };
        log.Append(source, sent);
        var id = log.Append(source, Mark(HistoryMark.Finished));

        var counters = log.Counters;
        Assert.Equal((3, 2, 3), (counters.Received, counters.Own, counters.Kept));
        Assert.True(log.View().TryRead(id, out var stored));
        Assert.Equal(HistoryMark.Finished, stored.Message.Mark);
        var row = new RowData();
        Assert.True(log.View().TryReadRow(id, 16, row));
        Assert.Equal(HistoryMark.Finished, row.Mark);
    }

    [Fact]
    public void A_mark_is_no_hit_of_a_filter()
    {
        var log = new MessageLog(1 << 20, 1 << 20);
        var source = log.AddSource();
        log.Append(source, Mark(HistoryMark.CaughtUp));
        var rows = new FilteredRows(log, new MessageScope { Source = source }, _ => null);

        Assert.False(rows.Add(2, log.Sources[source], Mark(HistoryMark.CaughtUp)));
    }

    [Fact]
    public void The_sources_own_time_is_kept_beside_ours()
    {
        var field = new DetailField("stored_time", "stored", DetailKind.Time, "When.");
        var stored = new DateTimeOffset(2026, 11, 20, 1, 2, 3, TimeSpan.Zero).AddTicks(7);
        var log = new MessageLog(1 << 20, 1 << 20);
        var source = log.AddSource("n", "nats", [field], 0);
        var message = new Message
        {
            Time = TestMessages.Start,
            Topic = "a",
            Details = new MessageDetails(new Detail(field, DetailValue.Of(stored))),
        };

        var id = log.Append(source, message);

        var row = new RowData();
        Assert.True(log.View().TryReadRow(id, 16, row));
        Assert.Equal(stored, row.SourceTime);
        Assert.True(log.View().TryRead(id, out var read));
        Assert.Equal(stored, read.Message.Details.Find("stored_time")!.Value.Time);
        Assert.Equal("2026-11-20T01:02:03.0000007Z", read.Message.Details[0].Value.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_leading_details_stand_before_the_payload_of_a_row(bool isPinned)
    {
        var method = new DetailField("method", "method", DetailKind.Text, "Which.") { IsLead = true };
        var code = new DetailField("code", "code", DetailKind.Text, "What came.") { IsLead = true };
        var log = new MessageLog(1 << 20, 1 << 20);
        var source = log.AddSource("n", "coap", [method, code, TestMessages.Qos], 0);
        var message = new Message
        {
            Time = TestMessages.Start,
            Topic = "/a",
            Payload = "21"u8.ToArray(),
            Details = new MessageDetails(
                new Detail(method, DetailValue.Of("GET")),
                new Detail(code, DetailValue.Of("2.05")),
                new Detail(TestMessages.Qos, DetailValue.Of(1))
            ),
        };

        var id = log.Append(source, message);
        if (isPinned)
        {
            log.Pin(id);
            log.Clear(null);
        }

        var row = new RowData();
        Assert.True(log.View().TryReadRow(id, 16, row));
        Assert.Equal("GET 2.05", row.Lead);
    }

    private static Message Mark(HistoryMark mark) =>
        new()
        {
            Time = TestMessages.Start,
            Topic = "a/#",
            Mark = mark,
        };
}
