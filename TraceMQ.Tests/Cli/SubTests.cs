using System.Text;
using TraceMQ.Tests.Doubles;
using TraceMQ.Tests.Mqtt;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Cli;

public sealed class SubTests
{
    [Fact]
    public async Task It_says_what_it_subscribed_and_ends_after_the_wanted_number()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        using var cli = new CliHarness();

        var running = cli.StartAsync("sub", Url(broker), "-t", "a/#", "-t", "b", "-n", "2", "--format", "raw");
        await cli.SaysAsync("subscribed a/#");
        await cli.SaysAsync("subscribed b");
        await SendAsync(broker, "a/1", "one");
        await SendAsync(broker, "b", "two");
        await SendAsync(broker, "b", "three");

        Assert.Equal(0, await running.WaitAsync(Contracts.Surroundings.Patience));
        Assert.Equal("onetwo", cli.Output);
        Assert.Equal("subscribed a/#\nsubscribed b", cli.Errors);
    }

    [Fact]
    public async Task A_message_is_seen_at_once_while_it_goes_on()
    {
        using var cli = FakeCli(out var transport);
        var running = cli.StartAsync("sub", "fake://x", "-t", "a", "--format", "raw");
        var session = await transport.NextSessionAsync();

        session.Receive("a", "now");
        await cli.WritesAsync("now");
        Assert.False(running.IsCompleted);

        cli.Stop();
        Assert.Equal(0, await running.WaitAsync(Contracts.Surroundings.Patience));
    }

    [Fact]
    public async Task Text_is_one_line_that_no_terminal_stumbles_over()
    {
        using var cli = FakeCli(out var transport);
        var running = cli.StartAsync("sub", "fake://x", "-t", "a", "-n", "2");
        var session = await transport.NextSessionAsync();

        session.Receive("a\u001b[2J", Encoding.UTF8.GetBytes("red\u001b[31m\nnext \u00e9"));
        session.Receive("b", [0xff, 0x41]);

        Assert.Equal(0, await running.WaitAsync(Contracts.Surroundings.Patience));
        var lines = cli.Output.Split('\n');
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z a␛\[2J red␛\[31m␊next é$", lines[0]);
        Assert.EndsWith("Z b \uFFFDA", lines[1], StringComparison.Ordinal);
        Assert.Equal(["", ""], [lines[2], string.Concat(lines.Skip(3))]);
    }

    [Fact]
    public async Task A_signal_is_an_end_like_another_unless_a_number_was_wanted()
    {
        using (var cli = FakeCli(out var transport))
        {
            var running = cli.StartAsync("sub", "fake://x", "-t", "a");
            await cli.SaysAsync("subscribed a");
            cli.Stop();
            Assert.Equal(0, await running.WaitAsync(Contracts.Surroundings.Patience));
            Assert.Equal(1, transport.Sessions[0].Disposals);
        }

        using (var cli = FakeCli(out _))
        {
            var running = cli.StartAsync("sub", "fake://x", "-t", "a", "-n", "1");
            await cli.SaysAsync("subscribed a");
            cli.Stop();
            Assert.Equal(130, await running.WaitAsync(Contracts.Surroundings.Patience));
        }
    }

    [Fact]
    public async Task A_time_out_is_an_error_only_where_messages_are_missing()
    {
        using (var cli = FakeCli(out _))
            Assert.Equal(0, await cli.RunAsync("sub", "fake://x", "-t", "a", "--timeout", "50ms"));
        using (var cli = FakeCli(out var transport))
        {
            transport.OnOpen = session => session.Receive("a", "1");
            Assert.Equal(3, await cli.RunAsync("sub", "fake://x", "-t", "a", "-n", "2", "--timeout", "50ms"));
            Assert.EndsWith("Only 1 of 2 messages came within 50ms.", cli.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_first_connection_that_fails_ends_with_one()
    {
        using var cli = new CliHarness();

        Assert.Equal(1, await cli.RunAsync("sub", $"mqtt://127.0.0.1:{Peers.Mosquitto.FreePort()}", "-t", "a"));

        Assert.Single(cli.Errors.Split('\n'));
        Assert.Equal("", cli.Output);
    }

    [Fact]
    public async Task A_connection_lost_later_is_said_and_tried_again()
    {
        using var cli = FakeCli(out var transport);
        var running = cli.StartAsync("sub", "fake://x", "-t", "a", "-n", "2", "--format", "raw");
        var first = await transport.NextSessionAsync();
        await cli.SaysAsync("subscribed a");
        first.Receive("a", "before ");
        await cli.WritesAsync("before ");
        first.Lose(FailureKind.Lost, "The broker went away.");
        await cli.SaysAsync("lost: The broker went away. Trying again now.");
        var second = await transport.NextSessionAsync();
        await cli.SaysAsync("connected again");
        await cli.SaysAsync("subscribed a");
        second.Receive("a", "after");

        Assert.Equal(0, await running.WaitAsync(Contracts.Surroundings.Patience));
        Assert.Equal("before after", cli.Output);
    }

    [Fact]
    public async Task Without_retry_a_loss_ends_with_one_and_keeps_what_came_before()
    {
        using var cli = FakeCli(out var transport);
        var running = cli.StartAsync("sub", "fake://x", "-t", "a", "--no-retry", "--format", "raw");
        var session = await transport.NextSessionAsync();
        await cli.SaysAsync("subscribed a");
        session.Receive("a", "last words");
        session.Lose(FailureKind.Lost, "The broker went away.");

        Assert.Equal(1, await running.WaitAsync(Contracts.Surroundings.Patience));
        Assert.Equal("last words", cli.Output);
        Assert.EndsWith("The broker went away.", cli.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_subscription_ends_with_one()
    {
        using var cli = FakeCli(out var transport);
        transport.OnOpen = session =>
            session.OnSubscribe = (_, _) => Task.FromResult(new SubscribeResult(false, "not authorized (0x87)"));

        Assert.Equal(1, await cli.RunAsync("sub", "fake://x", "-t", "secret"));
        Assert.Equal("refused secret: not authorized (0x87)", cli.Errors);
    }

    [Fact]
    public async Task Nothing_to_receive_is_wrong_usage_and_never_everything()
    {
        using var cli = FakeCli(out var transport);

        Assert.Equal(2, await cli.RunAsync("sub", "fake://x"));

        Assert.Contains("-t", cli.Errors, StringComparison.Ordinal);
        Assert.Empty(transport.Sessions);
    }

    [Fact]
    public async Task Settings_reach_the_subscription_and_the_profile()
    {
        using var cli = FakeCli(out var transport);
        var running = cli.StartAsync(
            "sub",
            "fake://me:secret@x",
            "-t",
            "a",
            "--set",
            "qos=2",
            "--set",
            "fake.client_id=me"
        );
        await cli.SaysAsync("subscribed a");
        cli.Stop();
        await running.WaitAsync(Contracts.Surroundings.Patience);

        Assert.Equal(2, transport.Sessions[0].Subscribed[0].Subscription.Options.Get(FakeTransport.Qos));
        Assert.Equal("me", transport.LastProfile?.Values.Get(FakeTransport.ClientId));
        Assert.Equal("fake://x:4000", transport.LastProfile?.Name);
        Assert.Equal("secret", transport.LastProfile?.Endpoints[0].Password?.Reveal());
    }

    [Fact]
    public async Task A_profile_that_listens_says_where_and_topics_select()
    {
        using var cli = new CliHarness();
        var running = cli.StartAsync(
            "sub",
            "mqtt://127.0.0.1:0",
            "--set",
            "mode=server",
            "-t",
            "wanted/#",
            "-n",
            "1",
            "--format",
            "raw"
        );
        await cli.SaysAsync("listening on mqtt://127.0.0.1:");
        var url = cli.Errors.Split(' ')[^1];
        using var sender = new CliHarness();
        Assert.Equal(0, await sender.RunAsync("pub", url, "-t", "other", "no"));
        Assert.Equal(0, await sender.RunAsync("pub", url, "-t", "wanted/1", "yes"));

        Assert.Equal(0, await running.WaitAsync(Contracts.Surroundings.Patience));
        Assert.Equal("yes", cli.Output);
    }

    [Fact]
    public async Task What_was_dropped_is_said_at_the_end()
    {
        using var cli = FakeCli(out var transport);
        var running = cli.StartAsync("sub", "fake://x", "-t", "a", "--format", "raw");
        var session = await transport.NextSessionAsync();
        var held = cli.HoldOutput();
        session.Receive("a", [1]);
        await held.WaitAsync(Contracts.Surroundings.Patience);
        for (var i = 0; i < 200_100; i++)
            session.Receive("a", [1]);
        cli.ReleaseOutput();
        cli.Stop();

        Assert.Equal(0, await running.WaitAsync(Contracts.Surroundings.Patience));
        Assert.Equal(200_001, cli.OutputBytes.Length);
        Assert.Contains("dropped 100 of 200101 messages", cli.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_ends_with_one_and_a_sentence()
    {
        using var cli = FakeCli(out var transport);
        cli.FillDisk();
        var running = cli.StartAsync("sub", "fake://x", "-t", "a", "--format", "raw");
        (await transport.NextSessionAsync()).Receive("a", "x");

        Assert.Equal(1, await running.WaitAsync(Contracts.Surroundings.Patience));
        Assert.EndsWith("Input or output failed: No space left on device", cli.Errors, StringComparison.Ordinal);
        Assert.Equal(1, transport.Sessions[0].Disposals);
    }

    [Theory]
    [InlineData("--start", "-20m")]
    [InlineData("--until", "end")]
    public async Task History_is_refused_where_there_is_none(string option, string value)
    {
        using var cli = FakeCli(out var transport);

        Assert.Equal(2, await cli.RunAsync("sub", "fake://x", "-t", "a", option, value));

        Assert.Contains("keeps no history", cli.Errors, StringComparison.Ordinal);
        Assert.Empty(transport.Sessions);
    }

    internal static CliHarness FakeCli(out FakeTransport transport, string input = "") =>
        FakeCli(transport = new FakeTransport(), input);

    internal static CliHarness FakeCli(FakeTransport fake, string input = "")
    {
        var cli = new CliHarness(input);
        cli.Host = cli.Host with { Transports = [fake] };
        return cli;
    }

    private static string Url(EmbeddedBroker broker) => $"mqtt://127.0.0.1:{broker.Port}";

    private static Task<PublishResult> SendAsync(EmbeddedBroker broker, string topic, string payload) =>
        broker.Session.PublishAsync(
            new OutgoingMessage
            {
                Topic = topic,
                Payload = Encoding.UTF8.GetBytes(payload),
                Options = SettingValues.Empty,
            },
            CancellationToken.None
        );
}
