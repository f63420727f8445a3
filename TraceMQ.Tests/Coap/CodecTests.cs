using CsCheck;
using TraceMQ.Transport.Coap.Client;
using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Tests.Coap;

/// <summary>Messages to bytes and back: whatever is read, is written so that the same is read again.</summary>
public sealed class CodecTests
{
    // Bytes that look like messages get further than bytes at random.
    internal static readonly Gen<byte[]> Datagram = Gen.OneOf(
        Gen.Byte.Array[0, 64],
        Gen.Select(
            Gen.Int[0, 3],
            Gen.Int[0, 9],
            Gen.Byte,
            Gen.Byte.Array[0, 60],
            (type, token, code, rest) => (byte[])[(byte)(0x40 | (type << 4) | token), code, 0x12, 0x34, .. rest]
        )
    );

    [Fact]
    public void A_message_comes_back_as_it_was() =>
        Gen.Select(
                Gen.Int[0, 3],
                Gen.Int[1, 4],
                Gen.UShort,
                Gen.Byte.Array[0, 8],
                Gen.Select(Gen.Int[1, 65_535], Gen.Byte.Array[0, 300]).Array[0, 8],
                Gen.Byte.Array[0, 100]
            )
            .Sample(
                (type, code, id, token, options, payload) =>
                {
                    var message = new CoapMessage
                    {
                        Type = (CoapType)type,
                        Code = new CoapCode((byte)code),
                        MessageId = id,
                        Token = new CoapToken(token),
                        Options = OptionSet.Of(options.Select(item => new CoapOption(item.Item1, item.Item2))),
                        Payload = payload,
                    };
                    var read = DatagramCodec.Read(DatagramCodec.Write(message));
                    Assert.Equal(DatagramVerdict.Message, read.Verdict);
                    AssertSame(message, read.Message!, isStream: false);
                    var framed = StreamCodec.Write(message, isFramed: true);
                    AssertSame(message, StreamCodec.ReadFramed(framed, out _)!, isStream: true);
                    var bytes = StreamCodec.Write(message, isFramed: false);
                    Assert.True(StreamCodec.TryReadHead(bytes, out var head, out _));
                    Assert.Equal(bytes.Length, head.Length);
                    AssertSame(message, StreamCodec.Read(bytes, head, out _)!, isStream: true);
                },
                iter: 20_000
            );

    [Fact]
    public void Whatever_is_read_is_written_so_that_the_same_is_read() => Datagram.Sample(CheckDatagram, iter: 50_000);

    [Fact]
    public void Whatever_a_stream_brings_breaks_nothing() => Gen.Byte.Array[0, 64].Sample(CheckStream, iter: 50_000);

    [Fact]
    public void A_list_of_links_is_read_as_it_was_written() =>
        Gen.Select(Gen.String[Gen.Char["<>;=\",/ab\\* "], 0, 12].Select(text => text.Trim()).Array[3], Gen.Int[1, 4])
            .Sample(
                (texts, count) =>
                {
                    var resources = Enumerable
                        .Range(0, count)
                        .Select(i => new TraceMQ.Transport.Coap.Server.Resource
                        {
                            Path = $"/r{i}",
                            Title = texts[0],
                            Type = texts[1],
                            Interface = texts[2],
                            Format = i,
                            Payload = new byte[i],
                        })
                        .ToArray();
                    var written = TraceMQ.Transport.Coap.Server.Directory.List(resources, []);
                    var read = LinkFormat.Parse(System.Text.Encoding.UTF8.GetString(written));
                    Assert.Equal(resources.Select(item => item.Path), read.Select(link => link.Target));
                    foreach (var (resource, link) in resources.Zip(read))
                        Assert.Equal(resource.Attributes, link.Attributes);
                },
                iter: 5_000
            );

    [Fact]
    public void Any_list_of_links_is_read() => Gen.String.Sample(text => LinkFormat.Parse(text), iter: 20_000);

    [Fact]
    [Trait("Category", "Long")]
    public void Five_million_inputs_break_nothing()
    {
        Datagram.Sample(CheckDatagram, iter: 5_000_000);
        Gen.Byte.Array[0, 64].Sample(CheckStream, iter: 5_000_000);
        Gen.String[Gen.Char["<>;=\",/ab\\*"], 0, 60].Sample(text => LinkFormat.Parse(text), iter: 5_000_000);
    }

    private static void CheckDatagram(byte[] bytes)
    {
        var read = DatagramCodec.Read(bytes);
        if (read.Message is not { } message)
            return;
        var written = DatagramCodec.Write(message);
        var again = DatagramCodec.Read(written);
        AssertSame(message, again.Message!, isStream: false);
        Assert.Equal(written, DatagramCodec.Write(again.Message!));
        _ = OptionRules.Check(message.Options);
        foreach (var option in message.Options)
            _ = option.ValueText;
    }

    private static void CheckStream(byte[] bytes)
    {
        if (StreamCodec.ReadFramed(bytes, out _) is { } framed)
            AssertSame(
                framed,
                StreamCodec.ReadFramed(StreamCodec.Write(framed, isFramed: true), out _)!,
                isStream: true
            );
        if (!StreamCodec.TryReadHead(bytes, out var head, out _) || head.Length > bytes.Length)
            return;
        if (StreamCodec.Read(bytes.AsMemory(0, (int)head.Length), head, out _) is not { } message)
            return;
        var written = StreamCodec.Write(message, isFramed: false);
        Assert.True(StreamCodec.TryReadHead(written, out var headAgain, out _));
        AssertSame(message, StreamCodec.Read(written, headAgain, out _)!, isStream: true);
    }

    private static void AssertSame(CoapMessage expected, CoapMessage actual, bool isStream)
    {
        Assert.Equal(expected.Code, actual.Code);
        Assert.Equal(expected.Token, actual.Token);
        Assert.Equal(expected.Payload.ToArray(), actual.Payload.ToArray());
        Assert.Equal(
            expected.Options.Select(option => (option.Number, Convert.ToHexString(option.Value.Span))),
            actual.Options.Select(option => (option.Number, Convert.ToHexString(option.Value.Span)))
        );
        if (!isStream)
            Assert.Equal((expected.Type, expected.MessageId), (actual.Type, actual.MessageId));
    }
}
