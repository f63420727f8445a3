using System.IO.Compression;
using System.Text;
using CsCheck;
using TraceMQ.Transport;
using TraceMQ.Transport.Streams.Http;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Tests.Streams.WebSockets;

public sealed class CompressionConformanceTests
{
    private const int Rsv1 = 4;
    private static readonly DeflateParameters s_plain = new(true, true, 15, 15);

    // The examples of RFC 7692, 7.2.3.
    [Theory]
    [InlineData("f248cdc9c90700", "Hello")]
    [InlineData("000500faff48656c6c6f00", "Hello")]
    [InlineData("f348cdc9c9070000", "Hello")]
    [InlineData("f348cdc9c90700", "Hello")]
    [InlineData("f248050000 00ffffcac9c90700", "Hello")]
    [InlineData("00", "")]
    public async Task The_examples_of_the_standard_inflate(string hex, string text)
    {
        await using var peer = new RawPeer(isServer: false, s_plain);
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        await peer.SendAsync(
            peer.Frame(1, bytes.AsSpan(0, bytes.Length / 2), isFinal: false, reserved: Rsv1),
            peer.Frame(9, "between"u8),
            peer.Frame(0, bytes.AsSpan(bytes.Length / 2))
        );

        var message = (await peer.ReceiveAsync())!.Value;

        Assert.Equal(text, Encoding.UTF8.GetString(message.Payload.Span));
        Assert.True(message.IsCompressed);
    }

    [Fact]
    public async Task A_message_may_refer_to_the_one_before_even_over_a_last_block()
    {
        await using var peer = new RawPeer(isServer: false, s_plain);
        await peer.SendAsync(
            peer.Frame(1, Convert.FromHexString("f348cdc9c9070000"), reserved: Rsv1),
            peer.Frame(1, Convert.FromHexString("f200110000"), reserved: Rsv1)
        );

        Assert.Equal("Hello", Encoding.UTF8.GetString((await peer.ReceiveAsync())!.Value.Payload.Span));
        Assert.Equal("Hello", Encoding.UTF8.GetString((await peer.ReceiveAsync())!.Value.Payload.Span));
    }

    [Fact]
    public async Task A_reference_to_an_earlier_message_is_wrong_where_that_was_not_agreed()
    {
        await using var peer = new RawPeer(isServer: false, s_plain with { ServerKeepsHistory = false });
        await peer.SendAsync(
            peer.Frame(1, Convert.FromHexString("f248cdc9c90700"), reserved: Rsv1),
            peer.Frame(1, Convert.FromHexString("f200110000"), reserved: Rsv1)
        );

        await peer.FailsAsync(1007, "refers to what was never sent");
    }

    [Fact]
    public async Task A_reference_further_than_the_window_is_wrong()
    {
        var text = new byte[2000];
        new Random(3).NextBytes(text);
        byte[] message = [.. text, .. text];
        var deflated = Deflate(message);

        await using (var peer = new RawPeer(isServer: true, s_plain with { ClientWindowBits = 11 }))
        {
            await peer.SendAsync(peer.Frame(2, deflated, reserved: Rsv1));
            Assert.Equal(message, (await peer.ReceiveAsync())!.Value.Payload.ToArray());
        }

        await using (var peer = new RawPeer(isServer: true, s_plain with { ClientWindowBits = 10 }))
        {
            await peer.SendAsync(peer.Frame(2, deflated, reserved: Rsv1));
            await peer.FailsAsync(1007, "where 1024 were agreed");
        }
    }

    [Fact]
    public async Task A_bomb_is_stopped_at_the_limit()
    {
        var bomb = Deflate(new byte[50_000_000]);
        Assert.True(bomb.Length < 100_000);
        var limits = new WebSocketLimits { MaxMessage = 200_000, LingerTimeout = TimeSpan.FromMilliseconds(50) };
        await using var peer = new RawPeer(isServer: true, s_plain, limits);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var sending = peer.SendAsync(peer.Frame(2, bomb, reserved: Rsv1));

        await peer.FailsAsync(1009, "200000 bytes at most");

        await sending;
        Assert.True(GC.GetTotalAllocatedBytes(precise: true) - before < 20_000_000);
    }

    [Theory]
    [InlineData("ff", "unknown type")]
    [InlineData("000900f6ff48", "middle of a block")]
    [InlineData("0005000000", "not what its check says")]
    [InlineData("f2", "middle of a block")]
    [InlineData("0202", "refers to what was never sent")]
    [InlineData("04c0ffffffffffffffff", "codes that cannot be")]
    public async Task What_does_not_inflate_ends_the_connection(string hex, string words)
    {
        foreach (var isServer in new[] { true, false })
        {
            await using var peer = new RawPeer(isServer, s_plain);
            await peer.SendAsync(peer.Frame(2, Convert.FromHexString(hex), reserved: Rsv1));

            var failure = await peer.FailsAsync(1007, "must inflate");
            Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Only_the_first_frame_says_that_it_is_compressed()
    {
        foreach (var (opcode, isFinal) in new[] { (9, true), (8, true), (0, true) })
        {
            await using var peer = new RawPeer(isServer: true, s_plain);
            await peer.SendAsync(
                peer.Frame(1, "a"u8, isFinal: false),
                peer.Frame(opcode, "b"u8, isFinal, reserved: Rsv1)
            );
            await peer.FailsAsync(1002, "only the first frame");
        }
    }

    [Fact]
    public async Task Text_is_UTF8_after_it_was_inflated()
    {
        await using var peer = new RawPeer(isServer: true, s_plain);
        await peer.SendAsync(peer.Frame(1, Deflate([0x41, 0xCE]), reserved: Rsv1));

        await peer.FailsAsync(1007, "a text message is UTF-8");
    }

    [Fact]
    public async Task What_came_uncompressed_is_fine_too()
    {
        await using var peer = new RawPeer(isServer: true, s_plain);
        await peer.SendAsync(peer.Frame(1, "plain"u8));

        Assert.False((await peer.ReceiveAsync())!.Value.IsCompressed);
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(8, false)]
    [InlineData(9, true)]
    [InlineData(12, true)]
    [InlineData(15, true)]
    [InlineData(15, false)]
    public void What_is_deflated_here_keeps_to_the_window_and_the_framework_inflates_it(int bits, bool keepsHistory)
    {
        using var deflater = new MessageDeflater(keepsHistory, bits);
        using var inflater = new MessageInflater(keepsHistory, bits);
        var all = new MemoryStream();
        var expected = new MemoryStream();
        Gen.OneOf(
                Gen.Byte.Array[0, 3000],
                Gen.Byte[97, 101].Array[0, 3000],
                Gen.Const("{\"celsius\":812.4,\"ok\":true}"u8.ToArray()),
                Gen.Int[0, 100_000].Select(length => new byte[length])
            )
            .Sample(
                message =>
                {
                    byte[] deflated = [.. deflater.Deflate(message).Span, .. MessageInflater.Tail];
                    all.Write(deflated);
                    expected.Write(message);
                    return inflater.Inflate(deflated, 200_000).Span.SequenceEqual(message);
                },
                iter: 200,
                threads: 1
            );

        if (!keepsHistory)
            return;
        all.Position = 0;
        using var framework = new DeflateStream(all, CompressionMode.Decompress);
        var inflated = new MemoryStream();
        if (bits == 15)
        {
            framework.CopyTo(inflated);
            Assert.Equal(expected.ToArray(), inflated.ToArray());
        }
    }

    [Theory]
    [InlineData(CompressionLevel.Optimal)]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.SmallestSize)]
    [InlineData(CompressionLevel.NoCompression)]
    public void What_the_framework_deflates_inflates_here(CompressionLevel level) =>
        Gen.Select(Gen.Int[0, 150_000], Gen.Int[1, 256], Gen.Int[0, 1000])
            .Sample(
                (length, alphabet, seed) =>
                {
                    var message = new byte[length];
                    var random = new Random(seed);
                    for (var i = 0; i < length; i++)
                        message[i] = (byte)(random.Next(alphabet) * random.Next(2));
                    using var inflater = new MessageInflater(keepsHistory: true, 15);
                    byte[] deflated = [.. Deflate(message, level), .. MessageInflater.Tail];
                    return inflater.Inflate(deflated, length).Span.SequenceEqual(message);
                },
                iter: 20
            );

    [Theory]
    [InlineData("permessage-deflate", "permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits", "permessage-deflate")]
    [InlineData("permessage-deflate; client_max_window_bits=10", "permessage-deflate")]
    [InlineData("permessage-deflate; server_max_window_bits=\"9\"", "permessage-deflate; server_max_window_bits=9")]
    [InlineData(
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    )]
    [InlineData("x-other, permessage-deflate;server_max_window_bits=7, permessage-deflate", "permessage-deflate")]
    [InlineData("permessage-deflate; unknown", null)]
    [InlineData("permessage-deflate; server_max_window_bits", null)]
    [InlineData("permessage-deflate; server_max_window_bits=16", null)]
    [InlineData("permessage-deflate; server_max_window_bits=08", null)]
    [InlineData("permessage-deflate; server_no_context_takeover=1", null)]
    [InlineData("permessage-deflate; client_max_window_bits; client_max_window_bits", null)]
    [InlineData("permessage-deflate;", null)]
    [InlineData("", null)]
    public void A_server_takes_the_first_offer_that_it_understands(string offer, string? answer) =>
        Assert.Equal(answer, DeflateParameters.Choose(Head(offer))?.Answer);

    [Theory]
    [InlineData("permessage-deflate", null)]
    [InlineData("permessage-deflate; client_max_window_bits=9; server_max_window_bits=8", null)]
    [InlineData("permessage-deflate; client_max_window_bits", "client_max_window_bits")]
    [InlineData("permessage-deflate; server_max_window_bits=16", "server_max_window_bits=16")]
    [InlineData("permessage-deflate, permessage-deflate", "not asked for")]
    [InlineData("x-webkit-deflate-frame", "x-webkit-deflate-frame")]
    public void A_client_checks_what_the_server_agreed_to(string answer, string? problem)
    {
        var parameters = DeflateParameters.ReadAnswer(Head(answer), isOffered: true, out var found);

        Assert.Equal(problem is null, parameters is not null);
        if (problem is not null)
            Assert.Contains(problem, found, StringComparison.Ordinal);
        Assert.Null(DeflateParameters.ReadAnswer(Head(answer), isOffered: false, out found));
        Assert.NotNull(found);
    }

    private static HttpHead Head(string extensions) => new("", [new Header("Sec-WebSocket-Extensions", extensions)]);

    private static byte[] Deflate(byte[] message, CompressionLevel level = CompressionLevel.Optimal)
    {
        var target = new MemoryStream();
        using (var stream = new DeflateStream(target, level))
        {
            stream.Write(message);
            stream.Flush();
            return message.Length == 0 ? [0] : target.ToArray()[..^4];
        }
    }
}
