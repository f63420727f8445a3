using TraceMQ.Tui.Core;

namespace TraceMQ.Tests.Core;

public sealed class EventLoopTests
{
    [Fact]
    public async Task Events_are_taken_in_order_and_none_is_lost()
    {
        await using var harness = new LoopHarness();
        var taken = new List<int>();
        for (var i = 0; i < 5000; i++)
            harness.Post(new Noting(taken, i));
        harness.Loop.PostAndWait(new AppEvent.Told(StatusLevel.Good, "done"));
        await harness.UntilAsync(state => state.Status?.Text == "done", "all taken");
        Assert.Equal(Enumerable.Range(0, 5000), taken);
    }

    [Fact]
    public async Task Messages_come_in_batches_and_are_counted()
    {
        await using var harness = new LoopHarness();
        var session = await harness.ConnectAsync("one");
        for (var i = 0; i < 5 * MessageStore.Batch + 7; i++)
            session.Receive("a", "1");
        await harness.UntilAsync(state => state.Store.View.Count == 5 * MessageStore.Batch + 7, "all ingested");

        harness.Time.Advance(TimeSpan.FromSeconds(1));

        await harness.UntilAsync(state => state.Connections[0].Received == 5 * MessageStore.Batch + 7, "counted");
        Assert.Equal(5 * MessageStore.Batch + 7, harness.State.Store.Counters.Received);
        Assert.Equal(0, harness.State.Store.Counters.Dropped);
    }

    [Fact]
    public async Task A_key_waits_for_one_batch_of_each_connection_at_most()
    {
        await using var harness = new LoopHarness();
        var one = await harness.ConnectAsync("one");
        var two = await harness.ConnectAsync("two");
        using var gate = new ManualResetEventSlim();
        harness.Post(new Blocking(gate));
        for (var i = 0; i < 50_000; i++)
        {
            one.Receive("a", "1");
            two.Receive("b", "2");
        }

        var seen = new List<long>();
        harness.Post(new Counting(seen));
        gate.Set();

        await harness.UntilAsync(state => state.Store.View.Count == 100_000, "all ingested");
        Assert.InRange(Assert.Single(seen), 0, 2 * MessageStore.Batch);
    }

    [Fact]
    public async Task What_did_not_fit_is_counted()
    {
        await using var harness = new LoopHarness();
        var session = await harness.ConnectAsync("one");
        using var gate = new ManualResetEventSlim();
        harness.Post(new Blocking(gate));
        const int Sent = 70_000;
        for (var i = 0; i < Sent; i++)
            session.Receive("a", "1");
        gate.Set();
        await harness.UntilAsync(
            state =>
                state.Store.Counters is { Dropped: > 0 } counters && counters.Dropped + state.Store.View.Count == Sent,
            "every message kept or counted"
        );
    }

    [Fact]
    public async Task Waiting_for_a_key_does_not_wait_for_ever()
    {
        await using var harness = new LoopHarness();
        using var gate = new ManualResetEventSlim();
        harness.Post(new Blocking(gate));
        harness.Loop.PostAndWait(new AppEvent.Told(StatusLevel.Good, "late"));
        Assert.Null(harness.State.Status);
        gate.Set();
        await harness.UntilAsync(state => state.Status?.Text == "late", "taken after all");
    }

    [Fact]
    public async Task An_update_that_throws_ends_the_loop_with_its_reason()
    {
        await using var harness = new LoopHarness();
        harness.Post(new Throwing());
        var failure = await Assert.ThrowsAsync<NotSupportedException>(() =>
            harness.Loop.Completion.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System)
        );
        Assert.Equal("a bug", failure.Message);
    }

    [Fact]
    public async Task Ending_twice_is_ending_once_and_closes_the_connections()
    {
        await using var harness = new LoopHarness();
        var session = await harness.ConnectAsync("one");
        await harness.Loop.DisposeAsync();
        await harness.Loop.DisposeAsync();
        Assert.True(harness.Loop.Completion.IsCompleted);
        Assert.Equal(1, session.Disposals);
        harness.Post(new AppEvent.Told(StatusLevel.Good, "too late"));
        Assert.Null(harness.State.Status is { Text: "too late" } late ? late : null);
    }

    private sealed record Noting(List<int> Into, int Number) : ScreenEvent
    {
        public override Transition Apply(AppState state)
        {
            Into.Add(Number);
            return state;
        }
    }

    private sealed record Counting(List<long> Into) : ScreenEvent
    {
        public override Transition Apply(AppState state)
        {
            Into.Add(state.Store.View.Count);
            return state;
        }
    }

    private sealed record Blocking(ManualResetEventSlim Gate) : ScreenEvent
    {
        public override Transition Apply(AppState state)
        {
            Gate.Wait(TimeSpan.FromSeconds(20));
            return state;
        }
    }

    private sealed record Throwing : ScreenEvent
    {
        public override Transition Apply(AppState state) => throw new NotSupportedException("a bug");
    }
}
