using System.Net;
using System.Net.Sockets;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Coap;

/// <summary>What our client does with datagrams that no good server sends (RFC 7252, sections 3 and 4): the right answer still comes through.</summary>
public sealed class BadAnswerTests : IAsyncLifetime, IDisposable
{
    private readonly Surroundings _surroundings = new();
    private readonly UdpClient _server = new(new IPEndPoint(IPAddress.Loopback, 0));
    private ISession _client = null!;

    public async Task InitializeAsync() =>
        _client = await CoapProfiles.ConnectAsync(
            $"coap://127.0.0.1:{((IPEndPoint)_server.Client.LocalEndPoint!).Port}",
            _surroundings,
            ("coap.ping_interval", "0s"),
            ("coap.ack_timeout", "10s")
        );

    public async Task DisposeAsync() => await _client.DisposeAsync();

    public void Dispose() => _server.Dispose();

    // T: the token of the request, with its length in the first nibble's place as t; M: its message id.
    [Theory]
    [InlineData("nothing", "", null)]
    [InlineData("a byte", "60", null)]
    [InlineData("version 2", "a0 45 M", null)]
    [InlineData("a token length of 15", "6f 45 M", null)]
    [InlineData("a token that is cut off", "68 45 M aa", null)]
    [InlineData("an ACK with another id", "6t 45 00 00 T ff 78", null)]
    [InlineData("an ACK with another token", "64 45 M de ad be ef ff 78", null)]
    [InlineData("an ACK with a marker and no payload", "6t 45 M T ff", null)]
    [InlineData("an ACK with an option that is cut off", "6t 45 M T c5 01", null)]
    [InlineData("an ACK with a delta of 15", "6t 45 M T f1 01", null)]
    [InlineData("an ACK with a request", "6t 01 M T", null)]
    [InlineData("an ACK of class 7", "6t e1 M T", null)]
    [InlineData("a reset for something else", "70 00 00 00", null)]
    [InlineData("a CON to nobody's token", "44 45 12 34 de ad be ef ff 78", "70 00 12 34")]
    [InlineData("a CON that is damaged", "4f 45 12 34", "70 00 12 34")]
    [InlineData("a CON request", "40 01 12 34 b1 74", "70 00 12 34")]
    [InlineData("a NON request", "50 01 12 34 b1 74", null)]
    [InlineData("a ping", "40 00 12 34", "70 00 12 34")]
    [InlineData("a NON to nobody's token", "54 45 12 34 de ad be ef ff 78", null)]
    public async Task Is_passed_over(string what, string bad, string? reaction)
    {
        Assert.NotEmpty(what);
        var asking = _client.PublishAsync(CoapProfiles.Message("", "/t", ("method", "GET")), CancellationToken.None);
        var request = await ReceiveAsync();

        await _server.SendAsync(Fill(bad, request.Buffer), request.RemoteEndPoint);
        if (reaction is not null)
            Assert.Equal(Fill(reaction, request.Buffer), (await ReceiveAsync()).Buffer);
        await _server.SendAsync(Fill("6t 45 M T ff 6f 6b", request.Buffer), request.RemoteEndPoint);

        Assert.StartsWith("2.05", (await asking).Text, StringComparison.Ordinal);
        Assert.Equal("ok", CoapProfiles.Text(await _surroundings.NextInAsync("/t")));
        Assert.False(_client.Completion.IsCompleted);
    }

    [Theory]
    [InlineData("a critical option that nobody knows", "6t 45 M T d1 e4 00 ff 78", "option 241")]
    [InlineData("a reset", "70 00 M", "reset")]
    public async Task Is_told(string what, string bad, string words)
    {
        Assert.NotEmpty(what);
        var asking = _client.PublishAsync(CoapProfiles.Message("", "/t", ("method", "GET")), CancellationToken.None);
        var request = await ReceiveAsync();
        await _server.SendAsync(Fill(bad, request.Buffer), request.RemoteEndPoint);

        var failure = await Assert.ThrowsAsync<TransportException>(() => asking);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    private async Task<UdpReceiveResult> ReceiveAsync()
    {
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        return await _server.ReceiveAsync(timeout.Token);
    }

    private static byte[] Fill(string hex, ReadOnlySpan<byte> request)
    {
        var length = request[0] & 0x0f;
        return Convert.FromHexString(
            hex.Replace("T", Convert.ToHexString(request.Slice(4, length)), StringComparison.Ordinal)
                .Replace("t", $"{length:x}", StringComparison.Ordinal)
                .Replace("M", Convert.ToHexString(request.Slice(2, 2)), StringComparison.Ordinal)
                .Replace(" ", "", StringComparison.Ordinal)
        );
    }
}
