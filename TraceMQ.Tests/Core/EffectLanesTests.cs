using TraceMQ.Tests.Contracts;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Core.Effects;
using TraceMQ.Tui.Screens.Main;

namespace TraceMQ.Tests.Core;

public sealed class EffectLanesTests
{
    [Fact]
    public async Task Work_of_a_lane_waits_for_the_work_before_it_and_other_lanes_do_not()
    {
        var lanes = new EffectLanes();
        var first = new TaskCompletionSource();
        var done = new List<string>();
        var running = lanes.Add("a", () => first.Task)!();
        Assert.Null(lanes.Add("a", () => Note("second")));
        await lanes.Add("b", () => Note("other"))!();

        Assert.Equal(["other"], done);
        first.SetResult();
        await running.WaitAsync(Surroundings.Patience);

        Assert.Equal(["other", "second"], done);
        Assert.NotNull(lanes.Add("a", () => Note("third")));

        Task Note(string what)
        {
            done.Add(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public void What_is_asked_of_one_connection_shares_a_lane_and_only_its_beginning_and_end_hold_it()
    {
        var disconnect = new Effect.Disconnect(3);
        var retry = new Effect.Retry(3);

        Assert.Equal(disconnect.Lane, retry.Lane);
        Assert.NotEqual(disconnect.Lane, new Effect.Disconnect(4).Lane);
        Assert.True(disconnect.HoldsLane);
        Assert.False(retry.HoldsLane);
        Assert.Equal(new Effect.EndReading(7).Lane, new Effect.ListNodes(0, null, 7).Lane);
        Assert.Null(new Effect.Redraw().Lane);
    }

    [Fact]
    public async Task A_connection_ended_and_started_in_one_breath_is_alive()
    {
        await using var harness = new LoopHarness();
        var profile = harness.State.Config.Profiles[0].Raw;
        harness.Post(new ConnectWanted(profile));
        await harness.Transport.NextSessionAsync();
        harness.Start(new Effect.Disconnect(0));
        for (var i = 0; i < 20; i++)
        {
            harness.Start(new Effect.Connect(0, profile, harness.Transport, IsReadOnly: false));
            var session = await harness.Transport.NextSessionAsync();
            harness.Start(new Effect.Disconnect(0));
            harness.Start(new Effect.Connect(0, profile, harness.Transport, IsReadOnly: false));
            var next = await harness.Transport.NextSessionAsync();

            Assert.Equal((1, 0), (session.Disposals, next.Disposals));
            harness.Start(new Effect.Disconnect(0));
        }
    }

    [Fact]
    public async Task What_comes_at_once_is_put_together_and_nothing_waits_for_more()
    {
        var gate = new TaskCompletionSource();
        var batches = Batches.Of(SourceAsync(), 3, CancellationToken.None).GetAsyncEnumerator();

        Assert.True(await batches.MoveNextAsync());
        Assert.Equal([1, 2, 3], batches.Current);
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal([4], batches.Current);
        gate.SetResult();
        Assert.True(await batches.MoveNextAsync());
        Assert.Equal([5], batches.Current);
        Assert.False(await batches.MoveNextAsync());
        await batches.DisposeAsync();

        async IAsyncEnumerable<int> SourceAsync()
        {
            for (var i = 1; i <= 4; i++)
                yield return i;
            await gate.Task;
            yield return 5;
        }
    }

    [Fact]
    public async Task Work_can_be_ended_when_it_is_just_over()
    {
        var all = new Cancellations();
        var work = all.Begin(1, CancellationToken.None);
        var token = work.Token;
        await all.CancelAsync(1);
        Assert.True(token.IsCancellationRequested);
        work.Dispose();
        await all.CancelAsync(1);

        var other = all.Begin(2, CancellationToken.None);
        other.Dispose();
        await all.CancelAsync(2);
        Assert.False(other.Token.IsCancellationRequested);
    }
}
