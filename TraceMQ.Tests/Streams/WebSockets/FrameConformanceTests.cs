using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Tests.Streams.WebSockets;

/// <summary>Raw frames against both of our sides, by the themes of the Autobahn test suite: framing, pings, reserved bits, opcodes, fragments, limits.</summary>
public sealed class FrameConformanceTests
{
    private const int Continuation = 0;
    private const int Text = 1;
    private const int Binary = 2;
    private const int Ping = 9;
    private const int Pong = 10;

    public static TheoryData<bool, int> SidesAndLengths()
    {
        var data = new TheoryData<bool, int>();
        foreach (var length in new[] { 0, 1, 125, 126, 127, 128, 65_535, 65_536 })
        {
            data.Add(true, length);
            data.Add(false, length);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(SidesAndLengths))]
    public async Task A_message_of_any_length_is_received_and_echoed(bool isServer, int length)
    {
        await using var peer = new RawPeer(isServer);
        var payload = new byte[length];
        payload.AsSpan().Fill((byte)'*');
        foreach (var opcode in new[] { Text, Binary })
        {
            var arriving = peer.SendAsync(peer.Frame(opcode, payload));
            var message = (await peer.ReceiveAsync())!.Value;
            await arriving;
            Assert.Equal((Opcode)opcode, message.Opcode);
            Assert.Equal(1, message.Fragments);
            Assert.True(message.Payload.Span.SequenceEqual(payload));

            var sending = peer.Connection.SendAsync(message.Opcode, message.Payload, CancellationToken.None).AsTask();
            var frame = await peer.ReadAsync();
            await sending;
            Assert.Equal((opcode, true, 0), (frame.Opcode, frame.IsFinal, frame.Reserved));
            Assert.Equal(payload, frame.Payload);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_cut_at_every_byte_is_the_same(bool isServer)
    {
        await using var peer = new RawPeer(isServer);
        var payload = Encoding.UTF8.GetBytes(new string('ä', 200));
        var dribbling = peer.DribbleAsync([
            .. peer.Frame(Text, payload.AsSpan(0, 199), isFinal: false),
            .. peer.Frame(Ping, "now"u8),
            .. peer.Frame(Continuation, payload.AsSpan(199)),
        ]);

        var message = (await peer.ReceiveAsync())!.Value;

        await dribbling;
        Assert.Equal(payload, message.Payload.ToArray());
        Assert.Equal(2, message.Fragments);
        Assert.Equal("now", (await peer.ReadAsync()).Text);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 125)]
    [InlineData(false, 125)]
    public async Task A_ping_is_answered_with_its_payload(bool isServer, int length)
    {
        await using var peer = new RawPeer(isServer);
        var payload = Enumerable.Range(0, length).Select(i => (byte)(0xFF - i)).ToArray();
        await peer.SendAsync(peer.Frame(Ping, payload), peer.Frame(Text, "after"u8));

        await peer.ReceiveAsync();

        var pong = await peer.ReadAsync();
        Assert.Equal((Pong, true, 0), (pong.Opcode, pong.IsFinal, pong.Reserved));
        Assert.Equal(payload, pong.Payload);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Ten_pings_get_ten_pongs_in_order(bool isServer)
    {
        await using var peer = new RawPeer(isServer);
        var pings = Enumerable.Range(0, 10).Select(i => peer.Frame(Ping, [(byte)i]));
        await peer.SendAsync([.. pings, peer.Frame(Text, "after"u8)]);

        await peer.ReceiveAsync();

        for (var i = 0; i < 10; i++)
            Assert.Equal([(byte)i], (await peer.ReadAsync()).Payload);
    }

    [Fact]
    public async Task A_ping_is_not_answered_where_that_is_switched_off()
    {
        await using var peer = new RawPeer(isServer: false);
        peer.Connection.AnswersPings = false;
        await peer.SendAsync(peer.Frame(Ping, "?"u8), peer.Frame(Text, "after"u8));

        await peer.ReceiveAsync();
        await peer.Connection.SendAsync(Opcode.Pong, "mine"u8.ToArray(), CancellationToken.None);

        Assert.Equal("mine", (await peer.ReadAsync()).Text);
    }

    [Fact]
    public async Task A_peer_that_pings_and_reads_nothing_costs_no_memory_and_no_message()
    {
        await using var peer = new RawPeer(isServer: true);
        var pings = Enumerable.Range(0, 20_000).Select(i => peer.Frame(Ping, new byte[125]));
        var sending = peer.SendAsync([.. pings, peer.Frame(Text, "still here"u8)]);

        var message = await peer.ReceiveAsync();

        Assert.Equal("still here", Encoding.UTF8.GetString(message!.Value.Payload.Span));
        await sending;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pong_that_nobody_asked_for_changes_nothing(bool isServer)
    {
        await using var peer = new RawPeer(isServer);
        await peer.SendAsync(peer.Frame(Pong, "unasked"u8), peer.Frame(Text, "after"u8));

        Assert.Equal(5, (await peer.ReceiveAsync())!.Value.Payload.Length);
        Assert.Equal(["In pong 7", "In text 5"], peer.Seen);
    }

    [Fact]
    public async Task A_pong_answers_the_pings_before_it()
    {
        await using var peer = new RawPeer(isServer: false);
        var first = peer.Connection.PingAsync("1"u8.ToArray(), CancellationToken.None);
        var second = peer.Connection.PingAsync("2"u8.ToArray(), CancellationToken.None);
        var third = peer.Connection.PingAsync("3"u8.ToArray(), CancellationToken.None);
        await peer.SendAsync(peer.Frame(Pong, "2"u8), peer.Frame(Text, "after"u8));

        await peer.ReceiveAsync();

        await first.WaitAsync(Surroundings.Patience);
        await second.WaitAsync(Surroundings.Patience);
        Assert.False(third.IsCompleted);
        await peer.Connection.DisposeAsync();
        await Assert.ThrowsAsync<TransportException>(() => third);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    [InlineData(false, 2)]
    [InlineData(true, 4)]
    [InlineData(false, 4)]
    [InlineData(true, 7)]
    public async Task A_reserved_bit_without_a_meaning_ends_the_connection(bool isServer, int reserved)
    {
        await using var peer = new RawPeer(isServer);
        await peer.SendAsync(peer.Frame(Text, "x"u8), peer.Frame(Text, "y"u8, reserved: reserved));

        await peer.FailsAsync(1002, "reserved bit");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    public async Task A_reserved_opcode_ends_the_connection(int opcode)
    {
        foreach (var isServer in new[] { true, false })
        {
            await using var peer = new RawPeer(isServer);
            await peer.SendAsync(peer.Frame(opcode, "x"u8));

            await peer.FailsAsync(1002, $"opcode {opcode:X1} is reserved");
        }
    }

    [Theory]
    [InlineData(8, "close")]
    [InlineData(9, "ping")]
    [InlineData(10, "pong")]
    public async Task A_control_frame_is_short_and_whole(int opcode, string name)
    {
        foreach (var isServer in new[] { true, false })
        {
            await using (var peer = new RawPeer(isServer))
            {
                await peer.SendAsync(peer.Frame(opcode, new byte[126]));
                await peer.FailsAsync(1002, $"a {name} carries 125 bytes at most");
            }

            await using (var peer = new RawPeer(isServer))
            {
                await peer.SendAsync(peer.Frame(opcode, [], isFinal: false), peer.Frame(Continuation, []));
                await peer.FailsAsync(1002, $"a {name} must not be fragmented");
            }
        }
    }

    [Theory]
    [InlineData(true, "a client must mask")]
    [InlineData(false, "a server must not mask")]
    public async Task Clients_mask_and_servers_do_not(bool isServer, string words)
    {
        await using var peer = new RawPeer(isServer);
        await peer.SendAsync(RawPeer.Frame(Text, "x"u8, isFinal: true, reserved: 0, isMasked: !isServer));

        await peer.FailsAsync(1002, words);
    }

    [Theory]
    [InlineData("81 7E 007D", "as few bytes")]
    [InlineData("81 7F 000000000000FFFF", "as few bytes")]
    [InlineData("81 7F 8000000000000000", "less than 2^63")]
    [InlineData("81 7F FFFFFFFFFFFFFFFF", "less than 2^63")]
    public async Task A_length_has_one_form(string hex, string words)
    {
        await using var peer = new RawPeer(isServer: false);
        await peer.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

        await peer.FailsAsync(1002, words);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fragments_are_joined_and_counted_with_pings_between(bool isServer)
    {
        await using var peer = new RawPeer(isServer);
        await peer.SendAsync(
            peer.Frame(Text, "frag"u8, isFinal: false),
            peer.Frame(Ping, "1"u8),
            peer.Frame(
                Continuation,
                [] /* empty ones are allowed */
                ,
                isFinal: false
            ),
            peer.Frame(Ping, "2"u8),
            peer.Frame(Continuation, "ment"u8)
        );

        var message = (await peer.ReceiveAsync())!.Value;

        Assert.Equal("fragment", Encoding.UTF8.GetString(message.Payload.Span));
        Assert.Equal(3, message.Fragments);
        Assert.Equal("1", (await peer.ReadAsync()).Text);
        Assert.Equal("2", (await peer.ReadAsync()).Text);
        Assert.Equal(
            ["In text 4+", "In ping 1", "In continuation 0+", "In ping 1", "In continuation 4"],
            peer.Seen.Where(seen => seen.StartsWith("In", StringComparison.Ordinal))
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_continuation_continues_something_and_nothing_begins_inside_a_message(bool isServer)
    {
        await using (var peer = new RawPeer(isServer))
        {
            await peer.SendAsync(peer.Frame(Continuation, "x"u8));
            await peer.FailsAsync(1002, "needs a message to continue");
        }

        await using (var peer = new RawPeer(isServer))
        {
            await peer.SendAsync(peer.Frame(Text, "x"u8), peer.Frame(Continuation, "x"u8, isFinal: false));
            await peer.FailsAsync(1002, "needs a message to continue");
        }

        await using (var peer = new RawPeer(isServer))
        {
            await peer.SendAsync(peer.Frame(Text, "x"u8, isFinal: false), peer.Frame(Text, "y"u8));
            await peer.FailsAsync(1002, "must not begin before the last fragment");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_may_be_as_large_as_the_limit_and_no_larger(bool isServer)
    {
        var limits = new WebSocketLimits { MaxMessage = 1000, LingerTimeout = TimeSpan.FromMilliseconds(50) };
        await using var peer = new RawPeer(isServer, limits: limits);
        await peer.SendAsync(
            peer.Frame(Binary, new byte[600], isFinal: false),
            peer.Frame(Continuation, new byte[400])
        );
        Assert.Equal(1000, (await peer.ReceiveAsync())!.Value.Payload.Length);

        await peer.SendAsync(
            peer.Frame(Binary, new byte[600], isFinal: false),
            peer.Frame(Continuation, new byte[401])
        );
        await peer.FailsAsync(1009, "1000 bytes at most");
    }

    [Fact]
    public async Task A_length_that_is_a_lie_allocates_nothing()
    {
        await using var peer = new RawPeer(isServer: false, limits: new WebSocketLimits { MaxMessage = int.MaxValue });
        await peer.SendAsync(Convert.FromHexString("827F000000007FFFFFF0"), new byte[10]);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var receiving = peer.ReceiveAsync();
        await Surroundings.UntilAsync(() => peer.Connection.Ended.IsCompleted || !receiving.IsCompleted, "it reads");
        await peer.HangUpAsync();

        await Assert.ThrowsAsync<TransportException>(() => receiving);
        Assert.True(GC.GetTotalAllocatedBytes(precise: true) - before < 50_000_000);
    }

    [Fact]
    public async Task Fragments_of_ours_come_as_they_were_given()
    {
        await using var peer = new RawPeer(isServer: false);
        var sending = peer.Connection.SendFragmentsAsync(
            Opcode.Text,
            ["ab"u8.ToArray(), ReadOnlyMemory<byte>.Empty, "c"u8.ToArray()],
            CancellationToken.None
        );

        var frames = new[] { await peer.ReadAsync(), await peer.ReadAsync(), await peer.ReadAsync() };

        await sending;
        Assert.Equal([1, 0, 0], frames.Select(frame => frame.Opcode));
        Assert.Equal([false, false, true], frames.Select(frame => frame.IsFinal));
        Assert.Equal(["ab", "", "c"], frames.Select(frame => frame.Text));
    }

    [Fact]
    public async Task What_is_queued_goes_out_when_nothing_more_can_be_read()
    {
        await using var peer = new RawPeer(isServer: true);
        await peer.SendAsync(peer.Frame(Text, "1"u8), peer.Frame(Text, "2"u8));
        for (var i = 0; i < 2; i++)
        {
            var message = (await peer.ReceiveAsync())!.Value;
            await peer.Connection.QueueAsync(message.Opcode, message.Payload, CancellationToken.None);
        }

        var receiving = peer.ReceiveAsync();

        Assert.Equal("1", (await peer.ReadAsync()).Text);
        Assert.Equal("2", (await peer.ReadAsync()).Text);
        Assert.False(receiving.IsCompleted);
        await peer.HangUpAsync();
        await Assert.ThrowsAsync<TransportException>(() => receiving);
    }

    [Fact]
    public async Task A_cancelled_receive_loses_nothing()
    {
        await using var peer = new RawPeer(isServer: true);
        var whole = peer.Frame(Text, "held together"u8);
        for (var cut = 1; cut < whole.Length; cut++)
        {
            using var cancel = new CancellationTokenSource();
            await peer.SendAsync(whole[..cut]);
            var receiving = peer.Connection.ReceiveAsync(cancel.Token).AsTask();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
            await peer.SendAsync(whole[cut..]);

            Assert.Equal("held together", Encoding.UTF8.GetString((await peer.ReceiveAsync())!.Value.Payload.Span));
        }
    }

    [Fact]
    public async Task Many_who_send_at_once_do_not_mix_their_frames()
    {
        await using var pair = await WebSocketPair.ConnectAsync(isCompressed: true);
        var senders = Enumerable
            .Range(0, 20)
            .Select(sender =>
                Task.Run(async () =>
                {
                    for (var i = 0; i < 50; i++)
                    {
                        var payload = new byte[1 + (sender * 997)];
                        payload.AsSpan().Fill((byte)sender);
                        if (i % 3 == 0)
                            await pair.Client.SendFragmentsAsync(
                                Opcode.Binary,
                                [payload, payload],
                                CancellationToken.None
                            );
                        else
                            await pair.Client.SendAsync(Opcode.Binary, payload, CancellationToken.None);
                    }
                })
            )
            .ToArray();

        for (var i = 0; i < 1000; i++)
        {
            var message = (await pair.Server.ReceiveAsync(CancellationToken.None))!.Value;
            var sender = message.Payload.Span[0];
            Assert.Equal(-1, message.Payload.Span.IndexOfAnyExcept(sender));
            Assert.Equal((1 + (sender * 997)) * message.Fragments, message.Payload.Length);
        }

        await Task.WhenAll(senders);
    }
}
