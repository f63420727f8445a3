using System.Text;
using TraceMQ.Tests.Doubles;
using TraceMQ.Tests.Mqtt;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Cli;

public sealed class PubTests
{
    [Fact]
    public async Task It_sends_the_payload_with_its_settings_and_headers()
    {
        await using var broker = await EmbeddedBroker.StartAsync();
        using var cli = new CliHarness();

        var code = await cli.RunAsync(
            "pub",
            $"mqtt://127.0.0.1:{broker.Port}",
            "-t",
            "a/b",
            "{\"x\":1}",
            "--set",
            "qos=1",
            "--header",
            "unit=C",
            "--header",
            "empty="
        );

        Assert.Equal("", cli.Errors);
        Assert.Equal(0, code);
        var message = await broker.Surroundings.NextInAsync("a/b");
        Assert.Equal("{\"x\":1}", Text(message.Payload));
        Assert.Equal(1, message.Details.Find("qos")?.Number);
        Assert.Equal([new Header("unit", "C"), new Header("empty", "")], message.Headers);
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("@file")]
    [InlineData("[suggest]")]
    [InlineData("")]
    [InlineData("--empty=no")]
    public async Task A_payload_means_itself_after_a_double_dash(string payload)
    {
        using var cli = SubTests.FakeCli(out var transport);

        Assert.Equal(0, await cli.RunAsync("pub", "fake://x", "-t", "a", "--", payload));

        Assert.Equal(payload, Text(Assert.Single(transport.Sessions[0].Published).Payload));
    }

    [Fact]
    public async Task A_dash_reads_all_of_stdin()
    {
        using var cli = SubTests.FakeCli(out var transport, "two\nlines\n");

        Assert.Equal(0, await cli.RunAsync("pub", "fake://x", "-t", "a", "-"));

        Assert.Equal("two\nlines\n", Text(Assert.Single(transport.Sessions[0].Published).Payload));
    }

    [Fact]
    public async Task Lines_are_messages_and_the_last_needs_no_line_feed()
    {
        using var cli = SubTests.FakeCli(out var transport, "one\n\ntwo\r\nthree");

        Assert.Equal(0, await cli.RunAsync("pub", "fake://x", "-t", "a", "--lines"));

        Assert.Equal(["one", "", "two\r", "three"], transport.Sessions[0].Published.Select(item => Text(item.Payload)));
    }

    [Fact]
    public async Task A_file_and_an_empty_payload_can_be_sent()
    {
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, [0, 255, 10]);
        using (var cli = SubTests.FakeCli(out var transport))
        {
            Assert.Equal(0, await cli.RunAsync("pub", "fake://x", "-t", "a", "--file", path));
            Assert.Equal(new byte[] { 0, 255, 10 }, transport.Sessions[0].Published[0].Payload.ToArray());
        }

        File.Delete(path);
        using (var cli = SubTests.FakeCli(out var transport))
        {
            Assert.Equal(0, await cli.RunAsync("pub", "fake://x", "-t", "a", "--empty"));
            Assert.True(transport.Sessions[0].Published[0].Payload.IsEmpty);
        }

        using (var cli = SubTests.FakeCli(out var transport))
        {
            Assert.Equal(2, await cli.RunAsync("pub", "fake://x", "-t", "a", "--file", path));
            Assert.Empty(transport.Sessions);
        }
    }

    [Fact]
    public async Task It_repeats_with_pauses()
    {
        using var cli = SubTests.FakeCli(out var transport);

        Assert.Equal(0, await cli.RunAsync("pub", "fake://x", "-t", "a", "x", "-n", "3", "--interval", "1ms"));

        Assert.Equal(3, transport.Sessions[0].Published.Count);
    }

    [Fact]
    public async Task What_the_peer_answered_is_said_where_the_message_asked_for_it()
    {
        using var cli = SubTests.FakeCli(out var transport);
        transport.OnOpen = session =>
            session.OnPublish = _ => new PublishResult(true, "stored as sequence 7", TimeSpan.Zero)
            {
                WasAskedFor = true,
            };

        Assert.Equal(0, await cli.RunAsync("pub", "fake://x", "-t", "a", "x"));

        Assert.Equal("a: stored as sequence 7", cli.Errors);
    }

    [Fact]
    public async Task A_refusal_ends_with_one_and_says_how_much_was_sent()
    {
        using var cli = SubTests.FakeCli(out var transport, "1\n2\n3\n");
        transport.OnOpen = session =>
            session.OnPublish = _ => new PublishResult(
                session.Published.Count < 2,
                "not authorized (0x87)",
                TimeSpan.Zero
            );

        Assert.Equal(1, await cli.RunAsync("pub", "fake://x", "-t", "a", "--lines"));

        Assert.Equal("refused a: not authorized (0x87) (1 sent before it)", cli.Errors);
        Assert.Equal(2, transport.Sessions[0].Published.Count);
        Assert.Equal(1, transport.Sessions[0].Disposals);
    }

    [Fact]
    public async Task A_connection_that_fails_ends_with_one_and_is_not_tried_again()
    {
        using var cli = SubTests.FakeCli(out var transport);
        transport.FailNext(new TransportException(FailureKind.Refused, "Nobody is there."));

        Assert.Equal(1, await cli.RunAsync("pub", "fake://x", "-t", "a", "x"));

        Assert.Equal("Nobody is there.", cli.Errors);
        Assert.Empty(transport.Sessions);
    }

    [Fact]
    public async Task A_signal_ends_with_130()
    {
        using var cli = SubTests.FakeCli(out var transport);
        var running = cli.StartAsync("pub", "fake://x", "-t", "a", "x", "-n", "2", "--interval", "1h");
        await transport.NextSessionAsync();

        cli.Stop();

        Assert.Equal(130, await running.WaitAsync(Contracts.Surroundings.Patience));
        Assert.Equal(1, transport.Sessions[0].Disposals);
    }

    [Theory]
    [InlineData("pub fake://x -t a")]
    [InlineData("pub fake://x payload")]
    [InlineData("pub fake://x -t a/# payload")]
    [InlineData("pub fake://x -t a payload --empty")]
    [InlineData("pub fake://x -t a --lines --json")]
    [InlineData("pub fake://x -t a --lines text")]
    [InlineData("pub fake://x -t a --lines -n 2")]
    [InlineData("pub fake://x -t a x -n 0")]
    [InlineData("pub fake://x -t a x --interval soon")]
    [InlineData("pub fake://x -t a x --header unit")]
    [InlineData("pub fake://x -t a x --set qos=7")]
    [InlineData("pub fake://x -t a x --set qoss=1")]
    [InlineData("pub fake://x -t a x --set read_only=true")]
    [InlineData("pub fake://x -t a x --set mode=server")]
    public async Task Wrong_usage_ends_with_two_and_one_line_before_anything_is_sent(string line)
    {
        using var cli = SubTests.FakeCli(out var transport);

        Assert.Equal(2, await cli.RunAsync(line.Split(' ')));

        Assert.Single(cli.Errors.Split('\n'));
        Assert.NotEqual("", cli.Errors);
        Assert.Empty(transport.Sessions);
    }

    [Fact]
    public async Task A_request_needs_a_protocol_that_has_them()
    {
        using (var cli = SubTests.FakeCli(out _))
            Assert.Equal(2, await cli.RunAsync("request", "fake://x", "-t", "a", "x"));
        using (var cli = SubTests.FakeCli(out var transport))
        {
            transport.OnOpen = session => session.FeatureObject = new Replies(["one", "two"]);
            Assert.Equal(0, await cli.RunAsync("request", "fake://x", "-t", "a", "x"));
            Assert.Equal("one\ntwo\n", cli.Output);
        }

        using (var cli = SubTests.FakeCli(out var transport))
        {
            transport.OnOpen = session => session.FeatureObject = new Replies([]);
            Assert.Equal(3, await cli.RunAsync("request", "fake://x", "-t", "a", "--timeout", "1s"));
        }
    }

    private static string Text(ReadOnlyMemory<byte> payload) => Encoding.UTF8.GetString(payload.Span);

    private sealed class Replies(IReadOnlyList<string> payloads) : IRequests
    {
        public async IAsyncEnumerable<Message> RequestAsync(
            OutgoingMessage message,
            RequestOptions options,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            await Task.Yield();
            if (payloads.Count == 0)
                throw new TransportException(FailureKind.TimedOut, "Nobody answered.");
            foreach (var payload in payloads)
            {
                yield return new Message
                {
                    Time = default,
                    Topic = "reply",
                    Payload = Encoding.UTF8.GetBytes(payload),
                };
            }
        }
    }
}
