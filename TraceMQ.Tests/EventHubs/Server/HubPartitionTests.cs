using System.Globalization;
using CsCheck;
using TraceMQ.Transport;
using TraceMQ.Transport.EventHubs.Server;
using TraceMQ.Transport.EventHubs.Server.Protocol;

namespace TraceMQ.Tests.EventHubs.Server;

public sealed class HubPartitionTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly Retention s_plenty = new(TimeSpan.FromDays(1), 1_000_000, 1 << 30);

    [Fact]
    public void Events_are_numbered_and_placed_one_behind_the_other()
    {
        var partition = new HubPartition(3, s_plenty);
        Assert.Equal((0, -1, -1, 0), Numbers(partition));

        var first = Append(partition, "a", s_now);
        var second = Append(partition, "bb", s_now.AddSeconds(1));

        Assert.Equal((0, 1), (first.Sequence, second.Sequence));
        Assert.Equal((0, first.Cost), (first.Offset, second.Offset));
        Assert.Equal("3", partition.Id);
        Assert.Equal((0, 1, second.Offset, 2), Numbers(partition));
        Assert.Equal(s_now.AddSeconds(1), partition.State.LastTime);
    }

    [Fact]
    public void A_clock_that_goes_back_does_not_turn_the_order_of_times_round()
    {
        var partition = new HubPartition(0, s_plenty);
        Append(partition, "a", s_now);

        var second = Append(partition, "b", s_now.AddSeconds(-30));

        Assert.Equal(s_now, second.EnqueuedTime);
    }

    [Fact]
    public void The_oldest_go_by_count_by_bytes_and_by_age_and_are_counted()
    {
        var byCount = new HubPartition(0, s_plenty with { Count = 10 });
        var byBytes = new HubPartition(0, s_plenty with { Bytes = 4_096 });
        var byAge = new HubPartition(0, s_plenty with { Age = TimeSpan.FromMinutes(1) });
        for (var i = 0; i < 100; i++)
        {
            Append(byCount, "x", s_now);
            Append(byBytes, new string('x', 500), s_now);
            Append(byAge, "x", s_now.AddSeconds(i));
        }

        Assert.Equal((90, 99), (byCount.State.BeginSequence, byCount.State.LastSequence));
        Assert.Equal(90, byCount.State.Expired);
        Assert.InRange(byBytes.State.Bytes, 1_024, 4_096);
        Assert.Equal(39, byAge.State.BeginSequence);

        byAge.Expire(s_now.AddHours(1));
        Assert.Equal((100, 99, 0), (byAge.State.BeginSequence, byAge.State.LastSequence, byAge.State.Count));
    }

    [Fact]
    public void Clearing_drops_the_events_and_the_numbers_go_on()
    {
        var partition = new HubPartition(0, s_plenty);
        for (var i = 0; i < 5; i++)
            Append(partition, "x", s_now);

        Assert.Equal(5, partition.Clear());

        Assert.Equal(0, partition.State.Bytes);
        Assert.Equal(5, Append(partition, "x", s_now).Sequence);
        Assert.Equal(1, partition.State.Count);
    }

    [Theory]
    [InlineData("amqp.annotation.x-opt-offset > '-1'", 0)]
    [InlineData("amqp.annotation.x-opt-offset > '@latest'", 10)]
    [InlineData("amqp.annotation.x-opt-sequence-number > '4'", 5)]
    [InlineData("amqp.annotation.x-opt-sequence-number >= '4'", 4)]
    [InlineData("amqp.annotation.x-opt-sequence-number>=4", 4)]
    [InlineData("amqp.annotation.x-opt-sequence-number > '99'", 10)]
    [InlineData("amqp.annotation.x-opt-enqueued-time > 'TIME'", 4)]
    [InlineData("amqp.annotation.x-opt-enqueued-time >= 'TIME'", 3)]
    [InlineData("amqp.annotation.x-opt-offset > 'OFFSET'", 4)]
    [InlineData("amqp.annotation.x-opt-offset >= 'OFFSET'", 3)]
    public void A_selector_finds_the_first_event_behind_its_place(string selector, long expected)
    {
        var partition = new HubPartition(0, s_plenty);
        StoredEvent? third = null;
        for (var i = 0; i < 10; i++)
        {
            var stored = Append(partition, "x", s_now.AddSeconds(i));
            if (i == 3)
                third = stored;
        }

        var text = selector
            .Replace("TIME", Text(s_now.AddSeconds(3).ToUnixTimeMilliseconds()), StringComparison.Ordinal)
            .Replace("OFFSET", Text(third!.Offset), StringComparison.Ordinal);

        Assert.Equal(expected, partition.Find(EventPosition.Parse(text)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x > '1'")]
    [InlineData("amqp.annotation.x-opt-offset < '1'")]
    [InlineData("amqp.annotation.x-opt-offset > 'one'")]
    [InlineData("amqp.annotation.x-opt-partition-key > '1'")]
    [InlineData("amqp.annotation.x-opt-sequence-number > '@latest'")]
    [InlineData("amqp.annotation.x-opt-offset > '99999999999999999999'")]
    public void What_is_no_selector_is_refused_with_the_right_form(string selector)
    {
        var problem = Assert.Throws<AmqpViolationException>(() => EventPosition.Parse(selector));

        Assert.Equal("com.microsoft:argument-error", problem.Condition);
        Assert.Contains("x-opt-offset", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_holds_what_a_plain_list_would_hold_whatever_is_done() =>
        Gen.Int[0, 9]
            .List[0, 400]
            .Sample(steps =>
            {
                var partition = new HubPartition(0, s_plenty with { Count = 37 });
                var model = new List<long>();
                var next = 0L;
                foreach (var step in steps)
                {
                    if (step == 0)
                    {
                        partition.Clear();
                        model.Clear();
                        continue;
                    }

                    Append(partition, "x", s_now);
                    model.Add(next++);
                    if (model.Count > 37)
                        model.RemoveAt(0);
                }

                var read = new StoredEvent?[100];
                var from = next - (steps.Count / 2);
                var count = partition.Read(from, read);
                return read.Take(count)
                    .Select(item => item!.Sequence)
                    .SequenceEqual(model.Where(number => number >= from));
            });

    [Fact]
    public void Few_large_events_are_read_at_once()
    {
        var partition = new HubPartition(0, s_plenty);
        for (var i = 0; i < 20; i++)
            Append(partition, new string('x', 200_000), s_now);

        Assert.Equal(2, partition.Read(0, new StoredEvent?[64]));
    }

    [Fact]
    public void Whoever_watches_hears_of_each_event_until_it_stops()
    {
        var partition = new HubPartition(0, s_plenty);
        var heard = 0;
        void Watch() => heard++;
        partition.Watch(Watch);
        partition.Watch(Watch);
        Append(partition, "x", s_now);

        partition.Unwatch(Watch);
        Append(partition, "x", s_now);
        partition.Unwatch(Watch);
        Append(partition, "x", s_now);

        Assert.Equal(3, heard);
    }

    private static StoredEvent Append(HubPartition partition, string text, DateTimeOffset time) =>
        partition.Append(
            EventDraft.Of(new OutgoingMessage { Topic = "", Payload = System.Text.Encoding.UTF8.GetBytes(text) }),
            key: null,
            time
        );

    private static (long Begin, long Last, long Offset, int Count) Numbers(HubPartition partition)
    {
        var state = partition.State;
        return (state.BeginSequence, state.LastSequence, state.LastOffset, state.Count);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
