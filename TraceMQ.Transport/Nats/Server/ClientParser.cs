using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace TraceMQ.Transport.Nats.Server;

/// <summary>
/// Reads what clients say: one control line, and the payload that it announces (NATS client protocol). Nothing is kept before its length is
/// known to be within the limits.
/// </summary>
internal static class ClientParser
{
    /// <summary>Longest control line, its end included.</summary>
    public const int MaximumLine = 4096;

    /// <summary>Longest payload with its headers.</summary>
    public const int MaximumPayload = 1 << 20;

    /// <summary>Reads a command from the beginning of a buffer, and moves the buffer past it.</summary>
    /// <returns>Null where more bytes are needed.</returns>
    /// <exception cref="NatsParseException">The client broke the protocol.</exception>
    public static ClientCommand? Read(ref ReadOnlySequence<byte> buffer)
    {
        if (buffer.PositionOf((byte)'\n') is not { } end)
            return buffer.Length <= MaximumLine ? null : throw new NatsParseException("Maximum Control Line Exceeded");
        var raw = buffer.Slice(0, end);
        if (raw.Length > MaximumLine)
            throw new NatsParseException("Maximum Control Line Exceeded");
        var bytes = raw.IsSingleSegment ? raw.FirstSpan : raw.ToArray();
        var line = bytes.TrimEnd((byte)'\r');
        var rest = buffer.Slice(buffer.GetPosition(1, end));
        var command = Read(line, ref rest);
        if (command is not null)
            buffer = rest;
        return command;
    }

    private static ClientCommand? Read(ReadOnlySpan<byte> line, ref ReadOnlySequence<byte> rest)
    {
        var space = line.IndexOfAny((byte)' ', (byte)'\t');
        var verb = space < 0 ? line : line[..space];
        var arguments = space < 0 ? [] : line[(space + 1)..].Trim(" \t"u8);
        return verb.Length switch
        {
            4 when Is(verb, "PING"u8) => new ClientCommand.Ping(),
            4 when Is(verb, "PONG"u8) => new ClientCommand.Pong(),
            7 when Is(verb, "CONNECT"u8) => new ClientCommand.Connect(arguments.ToArray()),
            3 when Is(verb, "SUB"u8) => Subscribe(Words(arguments)),
            5 when Is(verb, "UNSUB"u8) => Unsubscribe(Words(arguments)),
            3 when Is(verb, "PUB"u8) => Publish(Words(arguments), hasHeaders: false, ref rest),
            4 when Is(verb, "HPUB"u8) => Publish(Words(arguments), hasHeaders: true, ref rest),
            _ => throw new NatsParseException("Unknown Protocol Operation"),
        };
    }

    private static ClientCommand.Subscribe Subscribe(string[] words) =>
        words switch
        {
            [var subject, var id] => new ClientCommand.Subscribe(subject, Queue: null, id),
            [var subject, var queue, var id] => new ClientCommand.Subscribe(subject, queue, id),
            _ => throw new NatsParseException("Parser Error"),
        };

    private static ClientCommand.Unsubscribe Unsubscribe(string[] words) =>
        words switch
        {
            [var id] => new ClientCommand.Unsubscribe(id, Maximum: null),
            [var id, var maximum] => new ClientCommand.Unsubscribe(id, Number(maximum)),
            _ => throw new NatsParseException("Parser Error"),
        };

    private static ClientCommand.Publish? Publish(string[] words, bool hasHeaders, ref ReadOnlySequence<byte> rest)
    {
        var numbers = hasHeaders ? 2 : 1;
        if (words.Length != numbers + 1 && words.Length != numbers + 2)
            throw new NatsParseException("Parser Error");
        var total = Number(words[^1]);
        var headers = hasHeaders ? Number(words[^2]) : 0;
        if (total > MaximumPayload)
            throw new NatsParseException("Maximum Payload Violation");
        if (headers > total)
            throw new NatsParseException("Parser Error");
        if (rest.Length < total + 2)
            return null;
        var ending = rest.Slice(total, 2);
        Span<byte> end = stackalloc byte[2];
        ending.CopyTo(end);
        if (!end.SequenceEqual("\r\n"u8))
            throw new NatsParseException("Parser Error");
        ReadOnlyMemory<byte> whole = rest.Slice(0, total).ToArray();
        rest = rest.Slice(total + 2);
        return new ClientCommand.Publish(
            new ServedMessage(
                words[0],
                words.Length == numbers + 2 ? words[1] : null,
                whole[..(int)headers],
                whole[(int)headers..]
            )
        );
    }

    private static long Number(string text) =>
        Utf8Parser.TryParse(Encoding.ASCII.GetBytes(text), out long number, out var used)
        && used == text.Length
        && number >= 0
            ? number
            : throw new NatsParseException("Parser Error");

    private static string[] Words(ReadOnlySpan<byte> arguments) =>
        Encoding.UTF8.GetString(arguments).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    private static bool Is(ReadOnlySpan<byte> verb, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(verb, name);
}
