using System.Text;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Tests.Streams.WebSockets;

public sealed class CloseConformanceTests
{
    private const int Close = 8;

    [Theory]
    [InlineData(1000)]
    [InlineData(1001)]
    [InlineData(1002)]
    [InlineData(1003)]
    [InlineData(1007)]
    [InlineData(1008)]
    [InlineData(1009)]
    [InlineData(1010)]
    [InlineData(1011)]
    [InlineData(1012)]
    [InlineData(1013)]
    [InlineData(1014)]
    [InlineData(3000)]
    [InlineData(3999)]
    [InlineData(4000)]
    [InlineData(4999)]
    public async Task A_close_is_answered_with_its_code(int code)
    {
        foreach (var isServer in new[] { true, false })
        {
            await using var peer = new RawPeer(isServer);
            await peer.SendAsync(peer.Frame(Close, RawPeer.Close(code, "wärum")));

            Assert.Null(await peer.ReceiveAsync());

            Assert.Equal(code, (await peer.ReadAsync()).CloseCode);
            Assert.Equal(new CloseStatus(code, "wärum", IsByPeer: true), await peer.Connection.Ended);
            Assert.Null(await peer.ReceiveAsync());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(1016)]
    [InlineData(1100)]
    [InlineData(2000)]
    [InlineData(2999)]
    [InlineData(5000)]
    [InlineData(65_535)]
    public async Task A_code_that_is_none_ends_the_connection(int code)
    {
        foreach (var isServer in new[] { true, false })
        {
            await using var peer = new RawPeer(isServer);
            await peer.SendAsync(peer.Frame(Close, RawPeer.Close(code)));

            await peer.FailsAsync(1002, $"{code} is no code");
        }
    }

    [Fact]
    public async Task A_close_without_a_code_is_answered_in_kind()
    {
        await using var peer = new RawPeer(isServer: true);
        await peer.SendAsync(peer.Frame(Close, []));

        Assert.Null(await peer.ReceiveAsync());

        Assert.Empty((await peer.ReadAsync()).Payload);
        Assert.Equal("no code given (1005)", (await peer.Connection.Ended).ToString());
    }

    [Fact]
    public async Task Half_a_code_and_a_reason_that_is_no_UTF8_end_the_connection()
    {
        await using (var peer = new RawPeer(isServer: true))
        {
            await peer.SendAsync(peer.Frame(Close, [3]));
            await peer.FailsAsync(1002, "a code of two bytes");
        }

        await using (var peer = new RawPeer(isServer: true))
        {
            await peer.SendAsync(peer.Frame(Close, [3, 0xE8, 0xCE]));
            await peer.FailsAsync(1007, "the reason of a close is UTF-8");
        }
    }

    [Fact]
    public async Task The_longest_reason_fits_and_a_longer_one_is_refused_here()
    {
        await using var peer = new RawPeer(isServer: false);
        var refused = await Assert.ThrowsAsync<TransportException>(() =>
            peer.Connection.CloseAsync(1000, new string('x', 124), CancellationToken.None)
        );
        Assert.Contains("123 bytes at most", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TransportException>(() =>
            peer.Connection.CloseAsync(1006, "", CancellationToken.None)
        );

        var closing = peer.Connection.CloseAndDropAsync(1000, new string('x', 123), CancellationToken.None);
        Assert.Equal(125, (await peer.ReadAsync()).Payload.Length);
        await peer.SendAsync(peer.Frame(Close, RawPeer.Close(1000)));
        Assert.True((await closing).IsClean);
    }

    [Fact]
    public async Task What_comes_after_a_close_is_not_read()
    {
        await using var peer = new RawPeer(isServer: true);
        await peer.SendAsync(peer.Frame(Close, RawPeer.Close(1000)), peer.Frame(1, "late"u8), peer.Frame(9, "late"u8));

        Assert.Null(await peer.ReceiveAsync());

        Assert.Equal(Close, (await peer.ReadAsync()).Opcode);
        await peer.Connection.DisposeAsync();
        await Assert.ThrowsAsync<EndOfStreamException>(peer.ReadAsync);
    }

    [Fact]
    public async Task Messages_that_come_before_the_answer_to_our_close_are_received()
    {
        await using var peer = new RawPeer(isServer: false);
        var closing = peer.Connection.CloseAsync(1000, "", CancellationToken.None);
        await peer.SendAsync(
            peer.Frame(1, "one more"u8),
            peer.Frame(9, "no answer"u8),
            peer.Frame(Close, RawPeer.Close(1000))
        );

        Assert.Equal("one more", Encoding.UTF8.GetString((await peer.ReceiveAsync())!.Value.Payload.Span));
        Assert.Null(await peer.ReceiveAsync());

        Assert.Equal(new CloseStatus(1000, "", IsByPeer: false), await closing);
        Assert.DoesNotContain(peer.Seen, seen => seen.StartsWith("Out pong", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_close_that_is_not_answered_ends_by_itself()
    {
        var time = new FakeTimeProvider();
        await using var peer = new RawPeer(isServer: false, limits: WebSocketLimits.Default, time: time);
        var closing = peer.Connection.CloseAndDropAsync(1000, "", CancellationToken.None);
        await peer.ReadAsync();
        Assert.False(closing.IsCompleted);

        time.Advance(WebSocketLimits.Default.CloseTimeout);

        var status = await closing.WaitAsync(Surroundings.Patience);
        Assert.Equal(1006, status.Code);
        Assert.Contains("did not answer the close", status.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("81")]
    [InlineData("8105 6162")]
    [InlineData("0103 616263")]
    public async Task An_end_without_a_close_is_a_loss(string hex)
    {
        await using var peer = new RawPeer(isServer: false);
        await peer.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        await peer.HangUpAsync();

        var lost = await Assert.ThrowsAsync<TransportException>(peer.ReceiveAsync);

        Assert.Equal(FailureKind.Lost, lost.Kind);
        Assert.Contains("without a close frame (1006)", lost.Message, StringComparison.Ordinal);
        Assert.Equal(1006, (await peer.Connection.Ended).Code);
    }

    [Fact]
    public async Task Disposing_twice_and_while_receiving_is_all_right()
    {
        await using var peer = new RawPeer(isServer: false);
        var receiving = peer.ReceiveAsync();

        await peer.Connection.DisposeAsync();
        await peer.Connection.DisposeAsync();

        var gone = await Assert.ThrowsAsync<TransportException>(() => receiving);
        Assert.Contains("connect again", gone.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TransportException>(async () =>
            await peer.Connection.SendAsync(Opcode.Binary, new byte[1], CancellationToken.None)
        );
    }

    [Fact]
    public async Task A_stream_ends_quietly_after_a_good_close_and_says_why_after_a_bad_one()
    {
        await using (var peer = new RawPeer(isServer: false))
        {
            await peer.SendAsync(peer.Frame(2, "abc"u8), peer.Frame(Close, RawPeer.Close(1001)));
            await using var stream = new WebSocketStream(peer.Connection);
            var buffer = new byte[2];
            Assert.Equal(2, await stream.ReadAsync(buffer));
            Assert.Equal(1, await stream.ReadAsync(buffer));
            Assert.Equal(0, await stream.ReadAsync(buffer));
        }

        await using (var peer = new RawPeer(isServer: false))
        {
            await peer.SendAsync(peer.Frame(Close, RawPeer.Close(1008, "not you")));
            await using var stream = new WebSocketStream(peer.Connection);
            var failure = await Assert.ThrowsAsync<IOException>(() => stream.ReadExactlyAsync(new byte[1]).AsTask());
            Assert.Contains("policy violation (1008): not you", failure.Message, StringComparison.Ordinal);
        }

        await using (var peer = new RawPeer(isServer: false))
        {
            await peer.SendAsync(peer.Frame(1, "abc"u8), peer.Frame(Close, RawPeer.Close(1003)));
            await using var stream = new WebSocketStream(peer.Connection);
            var failure = await Assert.ThrowsAsync<IOException>(() => stream.ReadExactlyAsync(new byte[1]).AsTask());
            Assert.Contains("text message", failure.Message, StringComparison.Ordinal);
            Assert.Equal(1003, (await peer.ReadAsync()).CloseCode);
        }
    }
}
