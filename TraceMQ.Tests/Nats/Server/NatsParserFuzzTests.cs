using System.Buffers;
using System.Text;
using CsCheck;
using TraceMQ.Transport.Nats.Server;

namespace TraceMQ.Tests.Nats.Server;

/// <summary>What clients send, with a great many inputs that no client sends: it is a command, it is refused, or more is waited for, and the cuts on its way change nothing.</summary>
public sealed class NatsParserFuzzTests
{
    private static readonly string[] s_words =
    [
        "PUB ",
        "HPUB ",
        "SUB ",
        "UNSUB ",
        "CONNECT ",
        "PING",
        "PONG",
        "a.b ",
        "1",
        " 5",
        " 0 ",
        "\r\n",
        "\n",
        "{}",
        "NATS/1.0\r\n\r\n",
        "PUB a 2\r\nxx\r\n",
        "99999999999",
        "-1",
    ];

    [Fact]
    public void Parsing_survives_any_bytes_however_they_are_cut() => Parse(10_000);

    [Fact]
    [Trait("Category", "Long")]
    public void Parsing_survives_five_million_inputs_however_they_are_cut() => Parse(5_000_000);

    private static void Parse(int count)
    {
        var part = Gen.OneOf(
            Gen.Int[0, s_words.Length - 1].Select(at => Encoding.ASCII.GetBytes(s_words[at])),
            Gen.Byte.Array[0, 12]
        );
        Gen.Select(part.Array[0, 10], Gen.Int[1, 9])
            .Sample(
                (parts, size) =>
                {
                    byte[] bytes = [.. parts.SelectMany(piece => piece)];
                    return Outcome(new ReadOnlySequence<byte>(bytes)) == Outcome(Cut(bytes, size));
                },
                iter: count
            );
    }

    private static string Outcome(ReadOnlySequence<byte> buffer)
    {
        var seen = new StringBuilder();
        try
        {
            while (ClientParser.Read(ref buffer) is { } command)
                seen.Append(Words(command)).Append('|');
            return seen.Append("more than ").Append(buffer.Length).ToString();
        }
        catch (NatsParseException exception)
        {
            return seen.Append(exception.Message).ToString();
        }
    }

    private static string Words(ClientCommand command) =>
        command switch
        {
            ClientCommand.Publish { Message: var message } =>
                $"PUB {message.Subject} {message.ReplyTo} {Convert.ToHexString(message.Headers.Span)} {Convert.ToHexString(message.Payload.Span)}",
            ClientCommand.Connect connect => $"CONNECT {Convert.ToHexString(connect.Json.Span)}",
            _ => command.ToString(),
        };

    private static ReadOnlySequence<byte> Cut(byte[] bytes, int size)
    {
        if (bytes.Length == 0)
            return ReadOnlySequence<byte>.Empty;
        var first = new Piece(bytes.AsMemory(0, Math.Min(size, bytes.Length)), 0);
        var last = first;
        for (var at = size; at < bytes.Length; at += size)
            last = last.Before(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long at)
        {
            Memory = memory;
            RunningIndex = at;
        }

        public Piece Before(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
