using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Doubles;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Cli;

public sealed class HistoryTests
{
    [Fact]
    public async Task Until_the_end_is_until_every_subscription_has_come_to_its_end()
    {
        var transport = new FakeTransport { KeepsHistory = true };
        using var cli = SubTests.FakeCli(transport);
        var running = cli.StartAsync(
            "sub",
            "fake://x",
            "-t",
            "a",
            "-t",
            "b",
            "--start",
            "earliest",
            "--until",
            "end",
            "--format",
            "raw"
        );
        var session = await transport.NextSessionAsync();
        await cli.SaysAsync("subscribed b");

        session.Receive("a", "1");
        await session.MarkAsync("a", HistoryMark.CaughtUp);
        await session.MarkAsync("a", HistoryMark.Finished);
        session.Receive("b", "2");
        await cli.WritesAsync("12");
        Assert.False(running.IsCompleted);
        await session.MarkAsync("b", HistoryMark.Finished);

        Assert.Equal(0, await running.WaitAsync(Surroundings.Patience));
        Assert.Equal("12", cli.Output);
        var options = session.Subscribed[0].Subscription.Options;
        Assert.Equal(StartKind.Earliest, options.Get(FakeTransport.Start).Kind);
        Assert.Equal(StartKind.End, options.Get(FakeTransport.Until).Kind);
    }

    [Fact]
    public async Task A_subscription_that_ends_by_itself_ends_the_command_only_where_it_was_the_last()
    {
        var transport = new FakeTransport { KeepsHistory = true };
        using var cli = SubTests.FakeCli(transport);
        var running = cli.StartAsync("sub", "fake://x", "-t", "a", "-t", "b", "--format", "raw");
        var session = await transport.NextSessionAsync();
        await cli.SaysAsync("subscribed b");

        await session.MarkAsync("a", HistoryMark.Broken);
        session.Receive("b", "1");
        await cli.WritesAsync("1");
        Assert.False(running.IsCompleted);
        await session.MarkAsync("b", HistoryMark.Broken);

        Assert.Equal(1, await running.WaitAsync(Surroundings.Patience));
    }

    [Fact]
    public async Task A_place_that_the_protocol_cannot_begin_at_is_refused_with_those_it_can()
    {
        var transport = new FakeTransport { KeepsHistory = true };
        using var cli = SubTests.FakeCli(transport);

        Assert.Equal(2, await cli.RunAsync("sub", "fake://x", "-t", "a", "--start", "last:5"));

        Assert.Contains("--start last:5: write one of earliest, latest", cli.Errors, StringComparison.Ordinal);
        Assert.Empty(transport.Sessions);
    }

    [Fact]
    public async Task Where_a_topic_is_optional_none_means_all()
    {
        var transport = new FakeTransport { KeepsHistory = true, Subscribing = TopicUse.Optional };
        using var cli = SubTests.FakeCli(transport);
        var running = cli.StartAsync("sub", "fake://x", "--start", "earliest", "-n", "1", "--format", "raw");
        var session = await transport.NextSessionAsync();
        await cli.SaysAsync("subscribed to all");

        var subscription = Assert.Single(session.Subscribed).Subscription;
        Assert.Equal("", subscription.Topic);
        Assert.Equal(StartKind.Earliest, subscription.Options.Get(FakeTransport.Start).Kind);
        session.Receive("a", "x");
        Assert.Equal(0, await running.WaitAsync(Surroundings.Patience));
    }

    [Fact]
    public async Task Where_there_are_no_topics_naming_one_is_wrong()
    {
        var transport = new FakeTransport { Subscribing = TopicUse.None, Publishing = TopicUse.None };

        using (var cli = SubTests.FakeCli(transport))
        {
            Assert.Equal(2, await cli.RunAsync("sub", "fake://x", "-t", "a"));
            Assert.Contains("leave -t out", cli.Errors, StringComparison.Ordinal);
        }

        using (var cli = SubTests.FakeCli(transport))
        {
            Assert.Equal(2, await cli.RunAsync("pub", "fake://x", "-t", "a", "x"));
            Assert.Contains("leave -t out", cli.Errors, StringComparison.Ordinal);
        }

        using (var cli = SubTests.FakeCli(transport))
        {
            Assert.Equal(0, await cli.RunAsync("pub", "fake://x", "x"));
            Assert.Equal("", Assert.Single(Assert.Single(transport.Sessions).Published).Topic);
            Assert.Empty(transport.Sessions[0].Subscribed);
        }
    }

    [Fact]
    public async Task A_target_that_is_no_url_can_be_recognised_by_a_protocol()
    {
        var transport = new FakeTransport { Recognised = "Fake=sb://", Addressing = UrlUse.Optional };
        using var cli = SubTests.FakeCli(transport);

        Assert.Equal(0, await cli.RunAsync("pub", "Fake=sb://me", "-t", "a", "x"));

        Assert.Equal("me", transport.LastProfile!.Values.Get(FakeTransport.ClientId));
        Assert.Empty(transport.LastProfile.Endpoints);
    }

    [Fact]
    public async Task What_changes_nothing_is_sent_by_a_read_only_profile_too()
    {
        var transport = new FakeTransport { HarmlessTopic = "look" };

        using (var cli = SubTests.FakeCli(transport))
            Assert.Equal(0, await cli.RunAsync("pub", "fake://x", "-t", "look", "x", "--set", "read_only=true"));
        using (var cli = SubTests.FakeCli(transport))
            Assert.Equal(2, await cli.RunAsync("pub", "fake://x", "-t", "touch", "x", "--set", "read_only=true"));

        Assert.Equal("look", Assert.Single(Assert.Single(transport.Sessions).Published).Topic);
    }
}
