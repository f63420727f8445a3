using System.Text;
using TraceMQ.Transport;
using TraceMQ.Transport.Sockets.Framing;

namespace TraceMQ.Tests.Sockets;

/// <summary>Where messages end in a stream, however it is cut.</summary>
public sealed class FramingTests
{
    private const int Few = 20_000;
    private const int Many = 5_000_000;

    [Theory]
    [InlineData("lf", "one\ntwo\n\nthree\n", "one|two||three")]
    [InlineData("crlf", "one\r\ntwo\r\n\r\nth\nree\r\n", "one|two||th\nree")]
    [InlineData("crlf", "a\r\r\nb\r\n", "a\r|b")]
    [InlineData("nul", "one\0two\n\0", "one|two\n")]
    [InlineData("lf", "the last has\nno end", "the last has|no end")]
    [InlineData("lf", "a\r\nb\r\n", "a\r|b\r")]
    public async Task Lines_end_where_they_end_however_they_are_cut(string ending, string sent, string expected)
    {
        for (var piece = 1; piece <= sent.Length; piece++)
            Assert.Equal(
                expected,
                string.Join('|', await ReadAsync(new LineFraming(ending, 100), Encoding.UTF8.GetBytes(sent), piece))
            );
    }

    [Theory]
    [InlineData(1, false, true, "03616263", "00")]
    [InlineData(2, false, true, "0003616263", "0000")]
    [InlineData(2, true, true, "0005616263", "0002")]
    [InlineData(4, false, false, "03000000616263", "00000000")]
    [InlineData(4, true, false, "07000000616263", "04000000")]
    [InlineData(3, false, true, "000003616263", "000000")]
    public async Task Lengths_of_every_size_and_order_are_read_and_written(
        int size,
        bool includesItself,
        bool isBigEndian,
        string abc,
        string empty
    )
    {
        var framing = new LengthFraming(size, includesItself, isBigEndian, 100);

        Assert.Equal(abc, Convert.ToHexStringLower(framing.Wrap("abc"u8.ToArray()).Span));
        Assert.Equal(empty, Convert.ToHexStringLower(framing.Wrap(default).Span));
        var stream = Convert.FromHexString(abc + empty + abc);
        for (var piece = 1; piece <= stream.Length; piece++)
            Assert.Equal("abc||abc", string.Join('|', await ReadAsync(framing, stream, piece)));
    }

    [Fact]
    public void A_message_that_its_number_cannot_count_is_refused()
    {
        var framing = new LengthFraming(1, includesItself: true, isBigEndian: true, 1000);

        var failure = Assert.Throws<TransportException>(() => framing.Wrap(new byte[255]));

        Assert.Contains("counts to 255", failure.Message, StringComparison.Ordinal);
        Assert.Equal(255, framing.Wrap(new byte[254]).Length);
    }

    [Fact]
    public async Task A_length_over_the_limit_is_refused_before_anything_is_held_for_it()
    {
        using var stream = new MemoryStream([0x7F, 0xFF, 0xFF, 0xFF, 1, 2, 3]);
        var reader = new FramedReader(stream, new LengthFraming(4, false, true, 1 << 20), _ => { });

        var failure = await Assert.ThrowsAsync<FramingException>(async () =>
            await reader.ReadAsync(CancellationToken.None)
        );

        Assert.Contains("2,147,483,647 bytes", failure.Message, StringComparison.Ordinal);
        Assert.True(reader.Held <= 4096);
    }

    [Fact]
    public async Task A_line_over_the_limit_is_refused_and_one_at_the_limit_is_not()
    {
        var framing = new LineFraming("crlf", 5000);
        var longest = new string('x', 5000);

        Assert.Equal([longest], await ReadAsync(framing, Encoding.ASCII.GetBytes(longest + "\r\n"), 700));
        var failure = await Assert.ThrowsAsync<FramingException>(() =>
            ReadAsync(framing, Encoding.ASCII.GetBytes(longest + "xx\r\n"), 700)
        );
        Assert.Contains("raise socket.max_frame", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("00", "in the middle of a length, after 1 of 2 bytes")]
    [InlineData("000361", "1 of 3 bytes came")]
    public async Task A_stream_that_ends_in_the_middle_is_told(string sent, string words)
    {
        var failure = await Assert.ThrowsAsync<FramingException>(() =>
            ReadAsync(new LengthFraming(2, false, true, 100), Convert.FromHexString(sent), 10)
        );

        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_length_less_than_itself_is_told()
    {
        var failure = await Assert.ThrowsAsync<FramingException>(() =>
            ReadAsync(new LengthFraming(4, true, true, 100), [0, 0, 0, 3], 10)
        );

        Assert.Contains("socket.length_includes_itself", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Few)]
    public Task Streams_of_any_bytes_do_no_harm(int inputs) => FuzzAsync(inputs);

    [Theory]
    [InlineData(Many)]
    [Trait("Category", "Long")]
    public Task Millions_of_streams_of_any_bytes_do_no_harm(int inputs) => FuzzAsync(inputs);

    private static async Task FuzzAsync(int inputs)
    {
        var (messages, refused) = (0, 0);
        for (var seed = 0; seed < inputs; seed++)
        {
            var random = new Random(seed);
            var maximum = random.Next(1, 6000);
            var framing = Any(random, maximum);
            var sent = Stream(framing, random);
            using var stream = new Pieces(sent, random.Next(1, sent.Length + 2));
            var reader = new FramedReader(stream, framing, _ => { });
            try
            {
                while (await reader.ReadAsync(CancellationToken.None) is { } message)
                {
                    messages++;
                    Assert.True(message.Length <= Math.Max(framing.MaximumHeld, framing.FirstHeld));
                }
            }
            catch (FramingException)
            {
                refused++;
            }

            Assert.True(reader.Held <= Math.Max(framing.MaximumHeld, framing.FirstHeld), $"{reader.Held} {maximum}");
        }

        // A fuzzer whose inputs all fail at the first byte proves nothing.
        Assert.True(messages > inputs && refused > inputs / 20, $"{messages} {refused}");
    }

    private static StreamFraming Any(Random random, int maximum) =>
        random.Next(5) switch
        {
            0 => new NoFraming(),
            1 => new LineFraming("lf", maximum),
            2 => new LineFraming("crlf", maximum),
            _ => new LengthFraming(random.Next(1, 5), random.Next(2) == 0, random.Next(2) == 0, maximum),
        };

    private static byte[] Stream(StreamFraming framing, Random random)
    {
        var bytes = new List<byte>();
        for (var count = random.Next(1, 6); count > 0; count--)
        {
            var payload = new byte[random.Next(4) == 0 ? random.Next(3000) : random.Next(20)];
            random.NextBytes(payload);
            try
            {
                bytes.AddRange(framing.Wrap(payload).Span);
            }
            catch (TransportException)
            {
                bytes.AddRange(payload);
            }
        }

        for (var times = random.Next(3); times > 0 && bytes.Count > 0; times--)
            bytes[random.Next(bytes.Count)] = (byte)random.Next(256);
        return [.. bytes];
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(StreamFraming framing, byte[] sent, int piece)
    {
        using var stream = new Pieces(sent, piece);
        var reader = new FramedReader(stream, framing, _ => { });
        var messages = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None) is { } message)
            messages.Add(Encoding.UTF8.GetString(message));
        return messages;
    }

    /// <summary>A stream whose reads give at most so many bytes.</summary>
    private sealed class Pieces(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, most)], cancellationToken);
    }
}
