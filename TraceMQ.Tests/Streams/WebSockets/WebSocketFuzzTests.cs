using System.Globalization;
using System.Text;
using TraceMQ.Transport.Streams.Http;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Tests.Streams.WebSockets;

/// <summary>Inputs that are nearly right. Whatever comes, it is taken, or refused by a rule; and it costs no more than the limits say.</summary>
public sealed class WebSocketFuzzTests
{
    private const int Few = 50_000;
    private const int Many = 5_000_000;
    private const int MaxMessage = 2_000;
    private const string Request =
        "GET /a?b HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: a, b\r\n"
        + "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10; client_max_window_bits\r\n\r\n";

    private static readonly byte[] s_deflated = Convert.FromHexString("f248cdc9c90700");

    [Theory]
    [InlineData(Few)]
    public Task Frames_that_are_nearly_right_do_no_harm(int inputs) => FuzzFramesAsync(inputs);

    [Theory]
    [InlineData(Many)]
    [Trait("Category", "Long")]
    public Task Millions_of_frames_that_are_nearly_right_do_no_harm(int inputs) => FuzzFramesAsync(inputs);

    [Theory]
    [InlineData(Few)]
    public Task Upgrades_that_are_nearly_right_do_no_harm(int inputs) => FuzzUpgradesAsync(inputs);

    [Theory]
    [InlineData(Many)]
    [Trait("Category", "Long")]
    public Task Millions_of_upgrades_that_are_nearly_right_do_no_harm(int inputs) => FuzzUpgradesAsync(inputs);

    [Theory]
    [InlineData(Few)]
    public void Deflated_messages_that_are_nearly_right_do_no_harm(int inputs) => FuzzDeflate(inputs);

    [Theory]
    [InlineData(Many)]
    [Trait("Category", "Long")]
    public void Millions_of_deflated_messages_that_are_nearly_right_do_no_harm(int inputs) => FuzzDeflate(inputs);

    private static async Task FuzzFramesAsync(int inputs)
    {
        var (messages, refusals, cut) = (0, 0, 0);
        for (var seed = 0; seed < inputs; seed++)
        {
            var random = new Random(seed);
            var isClient = random.Next(2) == 0;
            var bytes = Mutate(Frames(random, isMasked: !isClient), random);
            using var stream = new MemoryStream(bytes);
            var deflate = new DeflateParameters(true, random.Next(2) == 0, 15, 10);
            using var reader = new MessageReader(
                new FrameReader(stream, default, static _ => ValueTask.CompletedTask),
                new FrameRules(isClient, isCompressionAgreed: true, MaxMessage),
                MaxMessage,
                deflate.Inflater(isClient)
            );
            try
            {
                while (await reader.ReadFrameAsync(CancellationToken.None) is { } header)
                {
                    if (header.Opcode == Opcode.Close)
                        _ = reader.ReadClose();
                    else if (reader.Finish() is { } message)
                    {
                        messages++;
                        Assert.True(message.Payload.Length <= MaxMessage);
                    }
                }
            }
            catch (ProtocolViolation violation)
            {
                refusals++;
                Assert.True(CloseCodes.IsAllowed(violation.Code));
            }
            catch (EndOfStreamException)
            {
                cut++;
            }
        }

        // A fuzzer whose inputs all fail at the first byte proves nothing.
        Assert.True(
            messages > inputs / 2 && refusals > inputs / 10 && cut > inputs / 50,
            $"{messages} {refusals} {cut}"
        );
    }

    private static async Task FuzzUpgradesAsync(int inputs)
    {
        var (taken, refused) = (0, 0);
        var request = Encoding.ASCII.GetBytes(Request);
        var offer = new UpgradeOffer
        {
            Path = "/a",
            Subprotocols = ["b"],
            AcceptsCompression = true,
        };
        for (var seed = 0; seed < inputs; seed++)
        {
            var random = new Random(seed);
            using var stream = new MemoryStream(Mutate(request, random));
            var read = await HttpHeadReader.ReadAsync(
                stream,
                ReadOnlyMemory<byte>.Empty,
                isExact: false,
                CancellationToken.None
            );
            var refusal = read.IsHead ? UpgradeChecks.Find(read.Head, offer) : UpgradeRefusal.Of(read);
            if (refusal is not null)
            {
                refused++;
                continue;
            }

            taken++;
            _ = DeflateParameters.Choose(read.Head!);
            _ = UpgradeChecks.Subprotocol(read.Head!, offer);
            Assert.StartsWith("/a", UpgradeChecks.Target(read.Head!), StringComparison.Ordinal);
            Assert.DoesNotContain('\r', HttpRedaction.Show(read.Head!));
        }

        Assert.True(taken > inputs / 10 && refused > inputs / 10, $"{taken} {refused}");
    }

    private static void FuzzDeflate(int inputs)
    {
        var (inflated, refused) = (0, 0);
        using var deflater = new MessageDeflater(keepsHistory: false, 15);
        using var inflater = new MessageInflater(keepsHistory: true, 12);
        byte[] message = [];
        for (var seed = 0; seed < inputs; seed++)
        {
            var random = new Random(seed);
            if (seed % 1000 == 0)
                message = [.. deflater.Deflate(Text(random)).Span, .. MessageInflater.Tail];
            try
            {
                Assert.True(inflater.Inflate(Mutate(message, random), MaxMessage).Length <= MaxMessage);
                inflated++;
            }
            catch (ProtocolViolation violation)
            {
                refused++;
                Assert.True(violation.Code is CloseCodes.InvalidPayload or CloseCodes.TooBig);
            }
        }

        Assert.True(inflated > inputs / 20 && refused > inputs / 20, $"{inflated} {refused}");
    }

    private static byte[] Text(Random random) =>
        Encoding.ASCII.GetBytes(
            string.Concat(
                Enumerable.Range(0, 60).Select(_ => $"{random.Next(50).ToString(CultureInfo.InvariantCulture)},")
            )
        );

    private static byte[] Frames(Random random, bool isMasked)
    {
        var frames = new List<byte>();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            var payload = new byte[random.Next(4) == 0 ? random.Next(700) : random.Next(20)];
            payload.AsSpan().Fill((byte)'a');
            frames.AddRange(
                random.Next(6) switch
                {
                    0 => RawPeer.Frame(9, payload.AsSpan(0, Math.Min(payload.Length, 125)), true, 0, isMasked),
                    1 => RawPeer.Frame(1, s_deflated, true, 4, isMasked),
                    2 =>
                    [
                        .. RawPeer.Frame(1, payload, false, 0, isMasked),
                        .. RawPeer.Frame(0, "é"u8, true, 0, isMasked),
                    ],
                    3 => RawPeer.Frame(8, RawPeer.Close(random.Next(900, 1100)), true, 0, isMasked),
                    _ => RawPeer.Frame(random.Next(1, 3), payload, true, 0, isMasked),
                }
            );
        }

        return [.. frames];
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutated = (byte[])bytes.Clone();
        for (var times = random.Next(3); times > 0 && mutated.Length > 0; times--)
        {
            var at = random.Next(mutated.Length);
            switch (random.Next(5))
            {
                case 0:
                    mutated[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    mutated[at] = (byte)random.Next(256);
                    break;
                case 2:
                    mutated = mutated[..at];
                    break;
                case 3:
                    mutated = [.. mutated[..at], .. mutated[random.Next(mutated.Length)..]];
                    break;
                default:
                    mutated = [.. mutated[..at], (byte)random.Next(256), .. mutated[at..]];
                    break;
            }
        }

        return mutated;
    }
}
