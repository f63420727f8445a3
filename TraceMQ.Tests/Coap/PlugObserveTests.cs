using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Coap;

/// <summary>The objectives OBS 04, 09 and 11 to 14, and BLOCK 06: observations that last, and of large resources.</summary>
public sealed class PlugObserveTests
{
    [Fact]
    public async Task OBS_04_what_is_older_than_its_Max_Age_is_asked_for_again()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var time = new FakeTimeProvider();
        var client = await CoapProfiles.ConnectAsync(
            $"coap://127.0.0.1:{((IPEndPoint)server.Client.LocalEndPoint!).Port}",
            new Surroundings(time: time),
            ("coap.ping_interval", "0s")
        );
        var subscribing = client.SubscribeAsync(new Subscription("/t"), null, CancellationToken.None);
        var first = await AnswerAsync(server);
        Assert.True((await subscribing).IsAccepted);

        // The server was started again and knows of nobody: it says nothing more.
        var again = AnswerAsync(server);
        await Surroundings.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return again.IsCompleted;
            },
            "another registration"
        );

        Assert.Equal("60", Convert.ToHexString((await again).AsSpan(4 + (first[0] & 0x0f), 1)));
        Assert.Equal(first[4..], (await again)[4..]);

        // Nobody confirms its leaving: that takes its time too.
        var ending = client.DisposeAsync().AsTask();
        await Surroundings.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return ending.IsCompleted;
            },
            "the end of the session"
        );
    }

    [Fact]
    public async Task OBS_09_whoever_changes_what_it_observes_is_told_the_change()
    {
        var (process, port) = await Libcoap.ServeAsync("notls");
        await using var server = process;
        var surroundings = new Surroundings();
        await using var client = await CoapProfiles.ConnectAsync($"coap://127.0.0.1:{port}", surroundings);
        await PutAsync(client, "/mine", "one");
        Assert.True((await client.SubscribeAsync(new Subscription("/mine"), null, CancellationToken.None)).IsAccepted);
        Assert.Equal("one", CoapProfiles.Text(await surroundings.NextInAsync("/mine")));

        await PutAsync(client, "/mine", "two");

        Assert.Equal("two", CoapProfiles.Text(await surroundings.NextInAsync("/mine")));
    }

    [Fact]
    public async Task OBS_11_the_last_state_comes_over_a_lossy_way()
    {
        var (server, client, surroundings) = await ObserveAsync(("coap.ack_timeout", "50ms"));
        await using var disposed = server;
        await using var ended = client;
        await PlugServerTests.LoseAsync(client, 20);

        for (var i = 1; i <= 20; i++)
            await PutTextAsync(server, $"state {i}");

        await surroundings.NextAsync(message => CoapProfiles.Text(message) == "state 20");
    }

    [Fact]
    public async Task OBS_12_a_GET_that_says_so_ends_an_observation()
    {
        await using var server = await CoapServed.StartAsync(("coap.resources", "/test=hello"));
        using var peer = new RawCoap(server.Port);
        await peer.AskAsync("44 01 00 01 aa bb cc dd 60 54 74 65 73 74");
        Assert.Equal("1", ObserversOf(server));

        // Observe 1, with the same token.
        var answer = await peer.AskAsync("44 01 00 02 aa bb cc dd 61 01 54 74 65 73 74");

        Assert.Equal(0x45, answer[1]);
        Assert.Equal("0", ObserversOf(server));
    }

    [Fact]
    public async Task OBS_12_a_server_forgets_our_client()
    {
        var (server, client, _) = await ObserveAsync();
        await using var disposed = server;
        await using var ended = client;
        Assert.Equal("1", ObserversOf(server));

        await client.UnsubscribeAsync(new Subscription("/test"), CancellationToken.None);

        Assert.Equal("0", ObserversOf(server));
    }

    [Fact]
    public async Task OBS_13_and_14_large_resources_and_those_that_grow_and_shrink_are_observed_whole()
    {
        var (server, client, surroundings) = await ObserveAsync(("coap.block_size", "64"));
        await using var disposed = server;
        await using var ended = client;

        foreach (var size in (int[])[3000, 2900, 10, 1025, 64, 65, 0, 5000])
        {
            var body = string.Concat(Enumerable.Range(0, size).Select(i => (char)('a' + ((i + size) % 26))));
            await PutTextAsync(server, body);
            var told = await surroundings.NextInAsync("/test");
            Assert.Equal(body, CoapProfiles.Text(told));
            Assert.Equal(size > 64 ? $"{(size + 63) / 64}" : null, told.Details.Find("blocks")?.ToString());
        }
    }

    [Fact]
    public async Task OBS_13_large_resources_of_libcoap_are_observed_whole()
    {
        var (process, port) = await Libcoap.ServeAsync("notls");
        await using var server = process;
        var surroundings = new Surroundings();
        await using var client = await CoapProfiles.ConnectAsync($"coap://127.0.0.1:{port}", surroundings);
        await PutAsync(client, "/big", new string('a', 3000));
        Assert.True((await client.SubscribeAsync(new Subscription("/big"), null, CancellationToken.None)).IsAccepted);
        Assert.Equal(3000, (await surroundings.NextInAsync("/big")).Payload.Length);

        await PutAsync(client, "/big", new string('b', 2500));

        Assert.Equal(new string('b', 2500), CoapProfiles.Text(await surroundings.NextInAsync("/big")));
    }

    [Fact]
    public async Task BLOCK_06_GET_with_blocks_of_16()
    {
        await using var server = await CoapServed.StartAsync(("coap.resources", "/test=hello"));
        await server.PutAsync("/large", new string('a', 200));

        var said = await Libcoap.AskAsync("notls", $"{server.Url}/large", "-b", "16");

        Assert.Contains("Block2:0/M/16", said, StringComparison.Ordinal);
        Assert.Contains("Block2:12/_/16", said, StringComparison.Ordinal);
    }

    private static async Task<(CoapServed Server, ISession Client, Surroundings Surroundings)> ObserveAsync(
        params (string Key, string Value)[] values
    )
    {
        var server = await CoapServed.StartAsync(
            ("coap.ack_timeout", "50ms"),
            // Who does not answer as often as that is gone, and forgotten.
            ("coap.max_retransmit", "10"),
            ("coap.resources", "/test=hello")
        );
        var surroundings = new Surroundings();
        var client = await CoapProfiles.ConnectAsync(server.Url, surroundings, values);
        Assert.True((await client.SubscribeAsync(new Subscription("/test"), null, CancellationToken.None)).IsAccepted);
        Assert.Equal("hello", CoapProfiles.Text(await surroundings.NextInAsync("/test")));
        return (server, client, surroundings);
    }

    /// <summary>Takes a GET /t that observes and answers it with a value that is good for a second.</summary>
    private static async Task<byte[]> AnswerAsync(UdpClient server)
    {
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        var request = await server.ReceiveAsync(timeout.Token);
        var sent = request.Buffer;
        var head = 4 + (sent[0] & 0x0f);
        // ACK 2.05, Observe 5, Max-Age 1.
        byte[] answer =
        [
            (byte)(0x60 | (sent[0] & 0x0f)),
            0x45,
            .. sent.AsSpan(2, head - 2),
            0x61,
            0x05,
            0x81,
            0x01,
            0xff,
            (byte)'x',
        ];
        await server.SendAsync(answer, request.RemoteEndPoint, timeout.Token);
        return sent;
    }

    private static string ObserversOf(CoapServed server) =>
        server.Session.Facts.Single(fact => fact.Label == "observers").Value;

    private static async Task PutAsync(ISession client, string path, string content)
    {
        var put = await client.PublishAsync(CoapProfiles.Message(content, path), CancellationToken.None);
        Assert.True(put.IsAccepted, put.Text);
    }

    private static Task<PublishResult> PutTextAsync(CoapServed server, string content) =>
        server.PutAsync("/test", content, ("content_format", "text"));
}
