using TraceMQ.Transport;

namespace TraceMQ.Tests;

public sealed class InboxTests
{
    private static readonly DateTimeOffset s_time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_message_that_must_not_be_dropped_is_taken_when_the_reader_has_it()
    {
        var inbox = new Inbox(10, 10_000, () => { });

        var taken = await inbox.WriteAsync(Text("kept"), CancellationToken.None);
        Assert.False(taken.IsCompleted);
        inbox.Drain([], 1);

        await taken.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task An_inbox_without_a_reader_makes_nobody_wait_and_takes_nothing()
    {
        var inbox = Inbox.Discarding();

        var taken = await inbox.WriteAsync(Text("1"), CancellationToken.None);
        await inbox.WriteAsync(Text("2"), CancellationToken.None);

        Assert.True(inbox.TryPost(Text("3")));
        Assert.False(taken.IsCompleted);
        Assert.Equal(3, inbox.Received);
        Assert.Equal(0, inbox.Dropped);
    }

    [Fact]
    public void A_message_that_finds_no_room_is_given_back_and_nothing_is_dropped_for_it()
    {
        var announced = 0;
        var inbox = new Inbox(capacity: 1, byteCapacity: 1 << 20, () => announced++);

        Assert.True(inbox.TryWrite(Text("1")));
        Assert.False(inbox.TryWrite(Text("2")));

        Assert.Equal((1, 1L, 0L), (announced, inbox.Received, inbox.Dropped));
        Assert.False(inbox.TryPost(Text("3")));
        Assert.Equal(["1"], Topics(inbox));
        Assert.True(inbox.TryWrite(Text("2")));
        Assert.Equal(["2"], Topics(inbox));
    }

    [Fact]
    public void A_full_inbox_drops_the_oldest_message_and_counts_it()
    {
        var inbox = new Inbox(capacity: 2, byteCapacity: 1 << 20, () => { });

        Assert.True(inbox.TryPost(Text("1")));
        Assert.True(inbox.TryPost(Text("2")));
        Assert.False(inbox.TryPost(Text("3")));

        Assert.Equal(["2", "3"], Topics(inbox));
        Assert.Equal(3, inbox.Received);
        Assert.Equal(1, inbox.Dropped);
    }

    [Fact]
    public async Task An_acknowledged_message_is_never_dropped_for_newer_ones()
    {
        var inbox = new Inbox(capacity: 2, byteCapacity: 1 << 20, () => { });

        await inbox.WriteAsync(Text("kept"), CancellationToken.None);
        inbox.TryPost(Text("2"));
        inbox.TryPost(Text("3"));

        Assert.Equal(["kept", "3"], Topics(inbox));
        Assert.Equal(1, inbox.Dropped);
    }

    [Fact]
    public async Task A_writer_waits_for_room_and_goes_on_after_a_drain()
    {
        var inbox = new Inbox(capacity: 1, byteCapacity: 1 << 20, () => { });
        await inbox.WriteAsync(Text("1"), CancellationToken.None);

        var second = inbox.WriteAsync(Text("2"), CancellationToken.None).AsTask();
        Assert.False(second.IsCompleted);
        Assert.Equal(["1"], Topics(inbox));
        await second.WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal(["2"], Topics(inbox));
        Assert.Equal(0, inbox.Dropped);
        Assert.Equal(2, inbox.Received);
    }

    [Fact]
    public void A_message_larger_than_the_inbox_is_let_in_alone()
    {
        var inbox = new Inbox(capacity: 10, byteCapacity: 1000, () => { });

        inbox.TryPost(Text("small"));
        inbox.TryPost(
            new Message
            {
                Time = s_time,
                Topic = "big",
                Payload = new byte[5000],
            }
        );

        Assert.Equal(["big"], Topics(inbox));
        Assert.Equal(1, inbox.Dropped);
    }

    [Fact]
    public void It_announces_once_until_it_was_emptied()
    {
        var announced = 0;
        var inbox = new Inbox(capacity: 10, byteCapacity: 1 << 20, () => announced++);

        inbox.TryPost(Text("1"));
        inbox.TryPost(Text("2"));
        Assert.Equal(1, announced);

        var drained = new List<Message>();
        Assert.True(inbox.Drain(drained, maximum: 1));
        inbox.TryPost(Text("3"));
        Assert.Equal(1, announced);

        Assert.False(inbox.Drain(drained, maximum: 10));
        inbox.TryPost(Text("4"));
        Assert.Equal(2, announced);
    }

    private static Message Text(string topic) => new() { Time = s_time, Topic = topic };

    private static List<string> Topics(Inbox inbox)
    {
        var drained = new List<Message>();
        inbox.Drain(drained, int.MaxValue);
        return [.. drained.Select(message => message.Topic)];
    }
}
