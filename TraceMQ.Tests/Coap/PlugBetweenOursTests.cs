using System.Net;
using System.Net.Sockets;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Coap;

/// <summary>The objectives for which no foreign server of ours plays the part: our client with our server, or with bytes written by hand.</summary>
public sealed class PlugBetweenOursTests : IAsyncLifetime
{
    private readonly Surroundings _surroundings = new();
    private CoapServed _server = null!;
    private ISession _client = null!;

    public async Task InitializeAsync()
    {
        _server = await CoapServed.StartAsync(("coap.resources", "/test=hello"));
        _client = await CoapProfiles.ConnectAsync(
            _server.Url,
            _surroundings,
            ("coap.ack_timeout", "200ms"),
            ("coap.response_timeout", "500ms")
        );
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("CORE_04", "true")]
    [InlineData("CORE_08", "false")]
    public async Task CORE_POST_and_18_the_location_is_told(string objective, string confirmable)
    {
        Assert.StartsWith("CORE_", objective, StringComparison.Ordinal);
        Assert.StartsWith(
            "2.01 Created at /test/1",
            await SendAsync("/test", "x", [], ("method", "POST"), ("confirmable", confirmable)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task CORE_16_a_lossy_way_without_confirmation_is_told()
    {
        await PlugServerTests.LoseAsync(_client, 100);
        var lost = await Assert.ThrowsAsync<TransportException>(() =>
            _client.PublishAsync(
                CoapProfiles.Message("", "/test", ("method", "GET"), ("confirmable", "false")),
                CancellationToken.None
            )
        );
        Assert.Contains("it was sent once and may be lost", lost.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CORE_19_a_location_of_a_query_is_told()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await using var client = await CoapProfiles.ConnectAsync(
            $"coap://127.0.0.1:{((IPEndPoint)server.Client.LocalEndPoint!).Port}",
            new Surroundings(),
            ("coap.ping_interval", "0s")
        );
        var sending = client.PublishAsync(
            CoapProfiles.Message("x", "/test", ("method", "POST")),
            CancellationToken.None
        );
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        var request = await server.ReceiveAsync(timeout.Token);
        var sent = request.Buffer;
        // ACK 2.01, Location-Query first=1 and second=2.
        byte[] answer =
        [
            (byte)(0x60 | (sent[0] & 0x0f)),
            0x41,
            .. sent.AsSpan(2, 2 + (sent[0] & 0x0f)),
            0xd7,
            20 - 13,
            .. "first=1"u8,
            0x08,
            .. "second=2"u8,
        ];
        await server.SendAsync(answer, request.RemoteEndPoint, timeout.Token);

        Assert.StartsWith("2.01 Created at /?first=1&second=2", (await sending).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CORE_20_Accept()
    {
        Assert.StartsWith(
            "2.05",
            await SendAsync("/test", "", [], ("method", "GET"), ("accept", "text")),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "4.06",
            await SendAsync("/test", "", [], ("method", "GET"), ("accept", "json")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task CORE_21_22_and_23_conditions()
    {
        await SendAsync("/test", "", [], ("method", "GET"));
        var tag = (await _surroundings.NextInAsync("/test")).Headers.Single(header => header.Name == "ETag").Value;

        Assert.StartsWith(
            "2.03",
            await SendAsync("/test", "", [new Header("ETag", tag)], ("method", "GET")),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "2.04",
            await SendAsync("/test", "two", [new Header("If-Match", tag)]),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "4.12",
            await SendAsync("/test", "three", [new Header("If-Match", tag)]),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "4.12",
            await SendAsync("/test", "four", [new Header("If-None-Match", "")]),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "2.01",
            await SendAsync("/new", "one", [new Header("If-None-Match", "")]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_request_that_is_answered_with_an_error_is_listed_and_fails()
    {
        var failure = await Assert.ThrowsAsync<TransportException>(async () =>
        {
            var responses = ((IRequests)_client).RequestAsync(
                CoapProfiles.Message("", "/nothing"),
                new RequestOptions(Surroundings.Patience),
                CancellationToken.None
            );
            await foreach (var response in responses)
                Assert.Fail($"{response.Topic} has no response");
        });

        Assert.Equal(
            (FailureKind.RefusedByPeer, "GET /nothing was answered 4.04 Not Found."),
            (failure.Kind, failure.Message)
        );
        Assert.Equal("GET 4.04 Not Found", (await _surroundings.NextInAsync("/nothing")).Details.Lead);
    }

    [Fact]
    public async Task A_host_that_says_nothing_is_not_waited_for_as_long_as_repetitions_take()
    {
        await using var silent = new SilentDatagrams();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var connecting = CoapProfiles.ConnectAsync($"coap://127.0.0.1:{silent.Port}", new Surroundings(time: time));
        await silent.Accepted.WaitAsync(Surroundings.Patience);
        await Surroundings.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return connecting.IsCompleted;
            },
            "the end of patience"
        );

        var failure = await Assert.ThrowsAsync<TransportException>(() => connecting);
        Assert.Equal(FailureKind.TimedOut, failure.Kind);
        Assert.Contains("within 15s", failure.Message, StringComparison.Ordinal);
    }

    private async Task<string> SendAsync(
        string path,
        string content,
        Header[] headers,
        params (string Key, string Value)[] options
    )
    {
        var message = CoapProfiles.Message(content, path, options) with { Headers = headers };
        return (await _client.PublishAsync(message, CancellationToken.None)).Text;
    }
}
