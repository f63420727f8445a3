using System.Collections.Immutable;
using System.Text;
using CsCheck;
using TraceMQ.Transport;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tests.Messages;

public sealed class TopicTreeTests
{
    private long _id;

    [Fact]
    public void A_branch_counts_what_is_below_and_a_closed_one_hides_it()
    {
        var tree = new TopicTree();
        Add(tree, "sensors/kiln/1", "812");
        Add(tree, "sensors/kiln/2", "813");
        Add(tree, "sensors/kiln/2", "814");
        Add(tree, "alarms", "on");

        Assert.Equal(["alarms 1", "sensors 3"], Lines(tree, new TopicQuery()));
        Assert.Equal(
            ["alarms 1", "sensors 3", "  kiln 3", "    1 1", "    2 2"],
            Lines(tree, new TopicQuery { Expanded = Open("sensors", "sensors/kiln") })
        );
        var row = new TopicLayout(tree)
            .Rows(new TopicQuery { Expanded = Open("sensors", "sensors/kiln") }, TestMessages.Start, 4, 1)
            .Rows.Single();
        Assert.Equal("sensors/kiln/2", row.Topic);
        Assert.Equal("814", Encoding.UTF8.GetString(row.LastPayload));
        Assert.Equal(3, row.LastId);
    }

    [Fact]
    public void Paths_that_begin_with_a_separator_unfold_like_others()
    {
        var tree = new TopicTree();
        Add(tree, "/sensors/kiln/1", "812");
        Add(tree, "/sensors/kiln/2", "813");
        Add(tree, "/temperature", "21");

        Assert.Equal(
            ["/sensors 2", "  kiln 2", "    1 1", "    2 1", "/temperature 1"],
            Lines(tree, new TopicQuery { Expanded = Open("/sensors", "/sensors/kiln") })
        );
    }

    [Fact]
    public void A_flat_list_shows_whole_topics()
    {
        var tree = new TopicTree();
        Add(tree, "b/c", "");
        Add(tree, "a", "");
        Add(tree, "b", "");

        Assert.Equal(["a 1", "b 1", "b/c 1"], Lines(tree, new TopicQuery { IsFlat = true }));
    }

    [Fact]
    public void A_filter_shows_the_topics_that_hold_it_with_their_branches_open()
    {
        var tree = new TopicTree();
        Add(tree, "a/b/Kiln", "");
        Add(tree, "a/c", "");
        Add(tree, "kiln", "");

        Assert.Equal(["a 2", "  b 1", "    Kiln 1", "kiln 1"], Lines(tree, new TopicQuery { Filter = "kiln" }));
        Assert.Equal(["a/b/Kiln 1", "kiln 1"], Lines(tree, new TopicQuery { Filter = "kiln", IsFlat = true }));
    }

    [Fact]
    public void Several_connections_have_a_row_each_and_do_not_mix()
    {
        var tree = new TopicTree();
        Add(tree, "t", "", source: 0);
        Add(tree, "t", "", source: 1);
        Add(tree, "t", "", source: 1);

        var expanded = ImmutableHashSet.Create(new TopicBranch(1, null));
        var rows = new TopicLayout(tree).Rows(new TopicQuery { Expanded = expanded }, TestMessages.Start, 0, 10).Rows;

        Assert.Equal([true, true, false], rows.Select(row => row.IsSource));
        Assert.Equal([1, 2, 2], rows.Select(row => row.Count));
        Assert.Equal(["t 2"], Lines(tree, new TopicQuery { Source = 1 }));
    }

    [Fact]
    public void Sorting_by_age_rate_and_count_puts_the_newest_the_busiest_and_the_largest_first()
    {
        var tree = new TopicTree();
        for (var i = 0; i < 9; i++)
            Add(tree, "often once", "", seconds: 0);
        for (var i = 0; i < 6; i++)
            Add(tree, "busy", "", seconds: 98);
        Add(tree, "new", "", seconds: 100);

        Assert.Equal(["new 1", "busy 6", "often once 9"], Lines(tree, new TopicQuery { Sort = TopicSort.Age }, 100));
        Assert.Equal(["busy 6", "new 1", "often once 9"], Lines(tree, new TopicQuery { Sort = TopicSort.Rate }, 100));
        Assert.Equal(["often once 9", "busy 6", "new 1"], Lines(tree, new TopicQuery { Sort = TopicSort.Count }, 100));
    }

    [Fact]
    public void Rate_and_spark_cover_the_last_eight_seconds_and_fall_to_nothing()
    {
        var tree = new TopicTree();
        for (var second = 0; second < 20; second++)
        {
            for (var i = 0; i < 10; i++)
                Add(tree, "t", "", seconds: second + (i / 10.0));
        }

        var row = Row(tree, 19.99);
        Assert.Equal([10, 10, 10, 10, 10, 10, 10, 10], row.Spark);
        Assert.InRange(row.Rate, 9.5, 10.5);
        Assert.Equal([10, 10, 10, 10, 10, 0, 0, 0], Row(tree, 22).Spark);
        Assert.Equal(0, Row(tree, 30).Rate);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0], Row(tree, 30).Spark);
    }

    [Fact]
    public void A_stored_message_is_retained_and_does_not_count_as_live()
    {
        var tree = new TopicTree();
        tree.Add(
            1,
            0,
            '/',
            new Message
            {
                Time = TestMessages.Start,
                Topic = "t",
                Payload = "old"u8.ToArray(),
                IsReplayed = true,
            }
        );

        var stored = Row(tree, 5);
        Assert.True(stored.IsRetained);
        Assert.Null(stored.Age);
        Assert.Equal(0, stored.Rate);
        Assert.Equal("old", Encoding.UTF8.GetString(stored.LastPayload));

        Add(tree, "t", "live", seconds: 3);
        Assert.Equal(TimeSpan.FromSeconds(2), Row(tree, 5).Age);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("/", 0)]
    [InlineData("//", 1)]
    [InlineData("/a", 0)]
    [InlineData("/a//b/", 3)]
    [InlineData("a/", 1)]
    public void Empty_levels_are_levels_but_a_leading_separator_belongs_to_the_first(string topic, int depth)
    {
        var tree = new TopicTree();
        Add(tree, topic, "x");

        var query = new TopicQuery { Filter = topic };
        if (topic.Length == 0)
            query = new TopicQuery();
        var last = new TopicLayout(tree).Rows(query, TestMessages.Start, 0, 100).Rows[^1];
        Assert.Equal(topic, last.Topic);
        Assert.Equal(topic, last.Branch.Path);
        Assert.Equal(depth, last.Depth);
    }

    [Fact]
    public void Topics_of_65535_bytes_with_thousands_of_levels_break_nothing()
    {
        var tree = new TopicTree();
        for (var i = 0; i < 50; i++)
            Add(tree, i + string.Concat(Enumerable.Repeat("/", 65_000)), "x");
        Add(tree, new string('t', 65_535), "x");

        var rows = new TopicLayout(tree).Rows(new TopicQuery { Filter = "/" }, TestMessages.Start, 0, 10_000);

        Assert.Equal(51, tree.TopicCount);
        Assert.InRange(rows.Count, 50, 64 * 50);
        Assert.Equal(50, rows.Rows.Count(row => row.Topic is not null));
        Assert.All(rows.Rows.Where(row => row.Topic is not null), row => Assert.Equal(row.Topic, row.Branch.Path));
    }

    [Fact]
    public void Topics_beyond_the_limit_are_counted_together_and_say_so()
    {
        var tree = new TopicTree(maximumTopics: 10);
        for (var i = 0; i < 25; i++)
            Add(tree, $"t{i}", "x");

        var rows = new TopicLayout(tree).Rows(new TopicQuery(), TestMessages.Start, 0, 100).Rows;
        Assert.Equal(11, rows.Count);
        Assert.Equal(15, rows.Single(row => row.IsOverflow).Count);
        Assert.True(rows[^1].IsOverflow);
        Assert.Equal(25, tree.Roots.Single().Total.Count);
        tree.Clear(null);
        Assert.Equal(0, tree.TopicCount);
        Add(tree, "t24", "x");
        Assert.Equal(1, tree.TopicCount);
    }

    [Fact]
    public void Completion_offers_the_busiest_topics_with_the_prefix()
    {
        var tree = new TopicTree();
        Add(tree, "a/1", "");
        Add(tree, "a/2", "");
        Add(tree, "a/2", "");
        Add(tree, "b", "");

        Assert.Equal(["a/2", "a/1"], tree.Complete("a/", 5, null));
        Assert.Equal(["a/2"], tree.Complete("a", 1, null));
        Assert.Empty(tree.Complete("a", 5, source: 7));
    }

    [Fact]
    public void A_branch_is_found_in_the_rows_again()
    {
        var tree = new TopicTree();
        Add(tree, "a/b", "");
        Add(tree, "b", "");
        var layout = new TopicLayout(tree);
        layout.Rows(new TopicQuery { Expanded = Open("a") }, TestMessages.Start, 0, 10);

        Assert.Equal(1, layout.RowOf(new TopicBranch(0, "a/b")));
        Assert.Equal(2, layout.RowOf(new TopicBranch(0, "b")));
        Assert.Equal(-1, layout.RowOf(new TopicBranch(0, "c")));
    }

    [Fact]
    public void Rows_stay_sorted_and_complete_while_topics_come()
    {
        Gen.Select(Gen.Int[0, 30], Gen.Bool)
            .Array[1, 200]
            .Sample(
                steps =>
                {
                    var tree = new TopicTree();
                    var layout = new TopicLayout(tree);
                    var expected = new SortedDictionary<string, long>(StringComparer.Ordinal);
                    var flat = new TopicQuery { IsFlat = true };
                    var now = TestMessages.Start;
                    foreach (var (number, isLook) in steps)
                    {
                        Add(tree, $"{number % 4}/{number}", "x");
                        expected[$"{number % 4}/{number}"] = expected.GetValueOrDefault($"{number % 4}/{number}") + 1;
                        now += TimeSpan.FromSeconds(1);
                        if (!isLook)
                            continue;
                        var rows = layout.Rows(flat, now, 0, 100).Rows;
                        Assert.Equal(expected.Keys, rows.Select(row => row.Topic!));
                        Assert.Equal(expected.Values, rows.Select(row => row.Count));
                        Assert.Equal(
                            expected.Keys.Select(topic => topic[..1]).Distinct(),
                            layout.Rows(new TopicQuery(), now, 0, 9).Rows.Select(row => row.Name)
                        );
                    }
                },
                iter: 100
            );
    }

    [Fact]
    public async Task A_screen_may_look_while_the_loop_writes()
    {
        var tree = new TopicTree();
        var isDone = false;
        var looks = 0;
        var reader = Task.Run(() =>
        {
            var layout = new TopicLayout(tree);
            var query = new TopicQuery { IsFlat = true };
            var now = TestMessages.Start;
            do
            {
                now += TimeSpan.FromSeconds(1);
                foreach (var row in layout.Rows(query, now, 0, 50).Rows)
                {
                    // A value is one letter over and over: a torn one would hold two.
                    Assert.Equal(row.Topic!.Length > 0, row.LastPayload.Length > 0);
                    Assert.Single(row.LastPayload.Distinct());
                }

                looks++;
            } while (!Volatile.Read(ref isDone));
        });

        var payloads = Enumerable
            .Range(0, 26)
            .Select(i => Enumerable.Repeat((byte)('a' + i), 20 + i).ToArray())
            .ToArray();
        Add(tree, "t/first", "aaa");
        for (var i = 0; i < 300_000 || (i < 30_000_000 && Volatile.Read(ref looks) < 3); i++)
            tree.Add(i, 0, '/', TestMessages.Of($"t/{i % 3000}", payloads[i % 26]));
        Volatile.Write(ref isDone, true);
        await reader.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.True(looks > 1);
    }

    private static TopicRow Row(TopicTree tree, double seconds) =>
        new TopicLayout(tree).Rows(new TopicQuery(), TestMessages.Start.AddSeconds(seconds), 0, 1).Rows.Single();

    private static ImmutableHashSet<TopicBranch> Open(params string[] paths) =>
        [.. paths.Select(path => new TopicBranch(0, path))];

    private static IEnumerable<string> Lines(TopicTree tree, TopicQuery query, double seconds = 0) =>
        new TopicLayout(tree)
            .Rows(query, TestMessages.Start.AddSeconds(seconds), 0, 1000)
            .Rows.Select(row => $"{new string(' ', row.Depth * 2)}{row.Name} {row.Count}");

    private void Add(TopicTree tree, string topic, string payload, double seconds = 0, int source = 0) =>
        tree.Add(++_id, source, '/', TestMessages.Of(topic, payload, seconds));
}
