using TraceMQ.Tests.Doubles;
using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tests.Core;

/// <summary>Topics that a peer has stand in the tree before anything came on them.</summary>
public sealed class KnownTopicsTests
{
    [Fact]
    public async Task They_stand_in_the_tree_and_count_what_comes_later()
    {
        await using var harness = new LoopHarness();
        var session = await harness.ConnectAsync("one");
        session.FeatureObject = new Known(["a/b", "a/c"]);
        harness.Start(new Effect.ListTopics(0));
        await harness.UntilAsync(_ => harness.Store.Topics.TopicCount == 2, "two topics");
        session.Receive("a/b", "1");
        await harness.UntilAsync(state => state.Store.View.Count == 1, "received");

        Assert.Equal(2, harness.Store.Topics.TopicCount);
        Assert.Equal([("a/b", 1L), ("a/c", 0L)], Topics(harness.Store.Topics));
        Assert.Equal(["a/b", "a/c"], harness.Store.Topics.Complete("a/", 9, null));
    }

    [Fact]
    public async Task A_peer_that_does_not_say_is_no_news()
    {
        await using var harness = new LoopHarness();
        var session = await harness.ConnectAsync("one");
        var before = harness.State.Status;
        session.FeatureObject = new Known(null);
        harness.Start(new Effect.ListTopics(0));
        session.Receive("a", "1");
        await harness.UntilAsync(state => state.Store.View.Count == 1, "received");

        Assert.Equal(before, harness.State.Status);
        Assert.Equal(1, harness.Store.Topics.TopicCount);
    }

    [Fact]
    public void More_topics_than_are_told_apart_are_left_out()
    {
        var tree = new TopicTree(maximumTopics: 3);
        tree.Declare(0, '/', [.. Enumerable.Range(0, 9).Select(i => $"t/{i}")]);

        Assert.Equal(3, tree.TopicCount);
        Assert.DoesNotContain(tree.AllTopics(null), node => node.IsOverflow);
    }

    private static IEnumerable<(string, long)> Topics(TopicTree tree) =>
        tree.AllTopics(null).Select(node => (node.Topic!, node.Own.Count)).Order();

    private sealed class Known(IReadOnlyList<string>? topics) : IKnownTopics
    {
        public Task<IReadOnlyList<string>> ListTopicsAsync(CancellationToken cancellationToken) =>
            topics is null
                ? throw new TransportException(FailureKind.RefusedByPeer, "it does not say")
                : Task.FromResult(topics);
    }
}
