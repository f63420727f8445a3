using System.Text;
using CsCheck;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Tests.Streams.WebSockets;

public sealed class Utf8ConformanceTests
{
    [Theory]
    [InlineData("CE BA E1 BD B9 CF 83 CE BC CE B5 ED A0 80 65 64 69 74 65 64")] // a surrogate
    [InlineData("F4 90 80 80")] // above the last character
    [InlineData("C0 80")] // overlong
    [InlineData("E0 80 80")]
    [InlineData("F0 80 80 80")]
    [InlineData("80")]
    [InlineData("BF 41")]
    [InlineData("FE")]
    [InlineData("FF")]
    [InlineData("F8 88 80 80 80")]
    [InlineData("CE")] // unfinished
    [InlineData("E1 BD")]
    [InlineData("F0 9F 98")]
    [InlineData("ED A0 80 ED B0 80")]
    public async Task A_text_that_is_no_UTF8_ends_the_connection_however_it_is_cut(string hex)
    {
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        foreach (var isServer in new[] { true, false })
        {
            for (var cut = 0; cut <= bytes.Length; cut++)
            {
                await using var peer = new RawPeer(isServer);
                await peer.SendAsync(
                    peer.Frame(1, bytes.AsSpan(0, cut), isFinal: false),
                    peer.Frame(0, bytes.AsSpan(cut))
                );
                await peer.FailsAsync(1007, "a text message is UTF-8");
            }
        }
    }

    [Fact]
    public async Task It_ends_at_the_first_wrong_byte_and_does_not_wait_for_the_rest()
    {
        await using var peer = new RawPeer(isServer: true);
        await peer.SendAsync(peer.Frame(1, [0xCE, 0xBA, 0xF4], isFinal: false), peer.Frame(0, [0x90], isFinal: false));

        await peer.FailsAsync(1007, "UTF-8");
    }

    [Fact]
    public async Task Binary_may_be_anything()
    {
        await using var peer = new RawPeer(isServer: true);
        await peer.SendAsync(peer.Frame(2, [0xFF, 0xFE]));

        Assert.Equal(2, (await peer.ReceiveAsync())!.Value.Payload.Length);
    }

    [Fact]
    public void Every_text_in_any_pieces_is_right_and_every_other_is_not() =>
        Gen.Select(
                Gen.OneOf(Gen.String.Select(Encoding.UTF8.GetBytes), Gen.Byte.Array[0, 12]),
                Gen.Int[1, 5].Array[1, 8]
            )
            .Sample(
                (bytes, pieces) =>
                {
                    var check = default(Utf8Check);
                    var isRight = true;
                    for (int at = 0, i = 0; at < bytes.Length && isRight; i++)
                    {
                        var count = Math.Min(pieces[i % pieces.Length], bytes.Length - at);
                        isRight = check.Add(bytes.AsSpan(at, count));
                        at += count;
                    }

                    return (isRight && check.IsComplete) == System.Text.Unicode.Utf8.IsValid(bytes);
                },
                iter: 20_000
            );
}
