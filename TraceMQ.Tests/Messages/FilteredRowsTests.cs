using CsCheck;
using TraceMQ.Transport;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tests.Messages;

public sealed class FilteredRowsTests
{
    private static readonly string[] s_topics = ["a", "a/b", "a/b/c", "ab", "x/y", ""];
    private static readonly string[] s_payloads = ["needle", "NEEDLE in it", "hay", "", "nee", "dle", "hay needle"];
    private static readonly MessageFilter[] s_filters =
    [
        MessageFilter.None,
        MessageFilter.Parse("needle", []).Filter!,
        MessageFilter.Parse("needle !hay", []).Filter!,
        MessageFilter.Parse("!needle", []).Filter!,
        MessageFilter.Parse("b", []).Filter!,
        MessageFilter.Parse("/need/ topic:a/#", []).Filter!,
    ];

    [Fact]
    public async Task Backlog_and_live_hits_agree_with_a_naive_filter()
    {
        var message = Gen.Select(
            Gen.Int[0, 1],
            Gen.Int[0, s_topics.Length - 1].Select(i => s_topics[i]),
            Gen.Int[0, s_payloads.Length - 1].Select(i => s_payloads[i]),
            Gen.Int[0, 1500]
        );
        await Gen.Select(message.Array[0, 300], message.Array[0, 300], Gen.Int[0, s_filters.Length - 1], Gen.Int[0, 15])
            .SampleAsync(CheckAsync, iter: 150);
    }

    private static async Task CheckAsync(
        (int Source, string Topic, string Payload, int Padding)[] before,
        (int Source, string Topic, string Payload, int Padding)[] after,
        int filter,
        int shape
    )
    {
        var scope = new MessageScope
        {
            Filter = s_filters[filter],
            Only = (shape & 1) != 0 ? new TopicScope(null, "a", '/') : null,
            Excluded = (shape & 2) != 0 ? [new TopicScope(1, "a/b")] : [],
            Source = (shape & 4) != 0 ? 0 : null,
            IsLatestPerTopic = (shape & 8) != 0,
        };
        var log = new MessageLog(64 << 10, 1 << 20);
        log.AddSource("a");
        log.AddSource("b", share: (shape & 3) == 3 ? 16 << 10 : 0);
        foreach (var one in before)
            log.Append(one.Source, Of(one));
        var rows = new FilteredRows(log, scope, static _ => new SlashTopics());
        var atStart = log.View();
        var half = after.Length / 2;
        Append(after[..half]);
        await rows.ScanAsync(null, CancellationToken.None);
        Append(after[half..]);

        var view = rows.View();
        var kept = log.View();
        var expected = kept.RowIds().Where(id => IsHit(scope, kept, id)).ToArray();
        if (scope.IsLatestPerTopic)
            expected = [.. expected.GroupBy(id => KeyOf(kept, id)).Select(group => group.Max()).Order()];
        Assert.Equal(expected, view.RowIds());
        Assert.True(view.IsComplete);
        for (var row = 0; row < expected.Length; row++)
            Assert.Equal(row, view.RowOf(expected[row]));
        var received = before.Count(one => scope.Source is null || scope.Source == one.Source);
        if (scope.Source is null)
            Assert.Equal(received, view.Searched + view.Missing);
        Assert.InRange(view.Searched, 0, atStart.Count);

        void Append((int Source, string Topic, string Payload, int Padding)[] messages)
        {
            foreach (var one in messages)
            {
                var message = Of(one);
                rows.Add(log.Append(one.Source, message), log.Sources[one.Source], message);
            }
        }
    }

    [Fact]
    public async Task A_search_that_was_cancelled_is_not_complete()
    {
        var log = new MessageLog(1 << 20, 1 << 20);
        log.Append(log.AddSource(), TestMessages.Of("t", "x"));
        var rows = new FilteredRows(log, new MessageScope { Filter = s_filters[1] }, static _ => null);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            rows.ScanAsync(null, new CancellationToken(canceled: true))
        );

        Assert.False(rows.View().IsComplete);
    }

    [Fact]
    public void What_was_evicted_before_the_search_is_said_to_be_missing()
    {
        var log = new MessageLog(64 << 10, 1 << 20);
        var source = log.AddSource();
        for (var i = 0; i < 10_000; i++)
            log.Append(source, TestMessages.Of("t", "nothing like it"));
        var rows = new FilteredRows(log, new MessageScope { Filter = s_filters[1] }, static _ => null);

        Assert.Equal(log.Counters.Evicted, rows.View().Missing);
        Assert.True(rows.View().Missing > 0);
    }

    [Fact]
    public void Finding_goes_to_the_nearest_row_in_either_direction_and_stops_at_the_ends()
    {
        var log = new MessageLog(1 << 20, 1 << 20);
        var source = log.AddSource();
        foreach (var text in new[] { "x", "Needle", "x", "x", "needle", "x" })
            log.Append(source, TestMessages.Of("t", text));
        var view = log.View();

        Assert.Equal(2, Find(0, isForward: true));
        Assert.Equal(5, Find(2, isForward: true));
        Assert.Null(Find(5, isForward: true));
        Assert.Equal(5, Find(7, isForward: false));
        Assert.Equal(2, Find(5, isForward: false));
        Assert.Null(Find(2, isForward: false));

        long? Find(long from, bool isForward) =>
            MessageFind.Nearest(view, view, "NEEDLE", from, isForward, CancellationToken.None);
    }

    [Fact]
    public void Latest_per_topic_goes_on_when_topics_come_and_never_repeat()
    {
        var log = new MessageLog(128 << 10, 1 << 20);
        var source = log.AddSource();
        var rows = new FilteredRows(log, new MessageScope { IsLatestPerTopic = true }, static _ => null);
        for (var i = 0; i < 30_000; i++)
        {
            var message = TestMessages.Of($"never/{i}", "x");
            rows.Add(log.Append(source, message), log.Sources[source], message);
            if (i % 5000 == 0)
                rows.View();
        }

        Assert.Equal(log.View().RowIds(), rows.View().RowIds());
    }

    private static Message Of((int Source, string Topic, string Payload, int Padding) one) =>
        TestMessages.Of(one.Topic, one.Payload + new string('.', one.Padding));

    private static bool IsHit(MessageScope scope, LogView view, long id)
    {
        Assert.True(view.TryRead(id, out var stored));
        var message = stored.Message;
        return scope.IncludesTopic(stored.Source, message.Topic)
            && scope.Filter.Matches(new SlashTopics(), message.Topic, message.Payload.Span);
    }

    private static (int, string) KeyOf(LogView view, long id)
    {
        Assert.True(view.TryRead(id, out var stored));
        return (stored.Source, stored.Message.Topic);
    }
}
