using System.Text;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.WebSocket;

/// <summary>A message to send, checked: whatever is wrong with it is said before anything goes out.</summary>
internal sealed record WebSocketOutgoing
{
    private const int MaximumControl = 125;
    private const int MaximumFragments = 1_000_000;

    /// <summary>What it is.</summary>
    public required Opcode Opcode { get; init; }

    /// <summary>The bytes; of a close the reason.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Bytes of a fragment; 0: whole.</summary>
    public int FragmentSize { get; init; }

    /// <summary>The code of a close.</summary>
    public int Code { get; init; }

    /// <summary>In how many frames it goes.</summary>
    public int Fragments =>
        FragmentSize == 0 || Payload.Length <= FragmentSize
            ? 1
            : (int)(((long)Payload.Length + FragmentSize - 1) / FragmentSize);

    /// <summary>The reason of a close.</summary>
    public string Reason => Encoding.UTF8.GetString(Payload.Span);

    /// <summary>Reads the options of a message.</summary>
    /// <exception cref="TransportException">It cannot be sent so.</exception>
    public static WebSocketOutgoing Of(OutgoingMessage message)
    {
        var payload = PayloadEncoding.Decode(message);
        if (message.Headers.Count > 0)
            throw Wrong("The messages of a WebSocket have no headers: leave them out.");
        var opcode = OpcodeOf(message.Options.Get(WebSocketSettings.Opcode), payload.Span);
        if (opcode == Opcode.Close)
            return CloseOf(message, payload);
        foreach (var setting in new Setting[] { WebSocketSettings.CloseCode, WebSocketSettings.CloseReason })
        {
            if (message.Options.Has(setting))
                throw Wrong($"{setting.Key} belongs to a close: leave it out, or set opcode to close.");
        }

        if (opcode == Opcode.Text && !System.Text.Unicode.Utf8.IsValid(payload.Span))
            throw Wrong("A text message must be UTF-8, and this is not: set opcode to binary.");
        if (opcode.IsControl() && payload.Length > MaximumControl)
            throw Wrong(
                $"A {opcode.Name()} carries {MaximumControl} bytes at most, this one {payload.Length}: shorten it."
            );
        return new WebSocketOutgoing
        {
            Opcode = opcode,
            Payload = payload,
            FragmentSize = FragmentSizeOf(message, opcode, payload.Length),
        };
    }

    /// <summary>The pieces of a message that goes in fragments.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Pieces()
    {
        var pieces = new List<ReadOnlyMemory<byte>>(Fragments);
        for (var at = 0; at < Payload.Length; at += FragmentSize)
            pieces.Add(Payload.Slice(at, Math.Min(FragmentSize, Payload.Length - at)));
        return pieces;
    }

    /// <summary>Sends a message, ping or pong; a close is no business of this.</summary>
    /// <exception cref="TransportException">The connection is lost.</exception>
    public ValueTask SendAsync(WebSocketConnection connection, CancellationToken cancellationToken) =>
        Fragments > 1
            ? new ValueTask(connection.SendFragmentsAsync(Opcode, Pieces(), cancellationToken))
            : connection.SendAsync(Opcode, Payload, cancellationToken);

    private static Opcode OpcodeOf(string name, ReadOnlySpan<byte> payload) =>
        name switch
        {
            WebSocketSettings.Text => Opcode.Text,
            WebSocketSettings.Binary => Opcode.Binary,
            WebSocketSettings.Ping => Opcode.Ping,
            WebSocketSettings.Pong => Opcode.Pong,
            WebSocketSettings.Close => Opcode.Close,
            _ => System.Text.Unicode.Utf8.IsValid(payload) ? Opcode.Text : Opcode.Binary,
        };

    private static int FragmentSizeOf(OutgoingMessage message, Opcode opcode, int length)
    {
        var size = (int)message.Options.Get(WebSocketSettings.FragmentSize);
        if (size == 0)
            return 0;
        if (opcode.IsControl())
            throw Wrong($"A {opcode.Name()} must not be fragmented (RFC 6455, 5.5): leave fragment_size out.");
        return length / size > MaximumFragments
            ? throw Wrong($"That would be more than {MaximumFragments:N0} fragments: set a larger fragment_size.")
            : size;
    }

    private static WebSocketOutgoing CloseOf(OutgoingMessage message, ReadOnlyMemory<byte> payload)
    {
        var code = (int)message.Options.Get(WebSocketSettings.CloseCode);
        var reason = message.Options.Get(WebSocketSettings.CloseReason);
        if (message.Options.Get(WebSocketSettings.FragmentSize) > 0)
            throw Wrong("A close must not be fragmented (RFC 6455, 5.5): leave fragment_size out.");
        if (reason.Length > 0 && !payload.IsEmpty)
            throw Wrong("A close has one reason: leave close_reason or the payload out.");
        if (reason.Length > 0)
            payload = Encoding.UTF8.GetBytes(reason);
        if (!System.Text.Unicode.Utf8.IsValid(payload.Span))
            throw Wrong("The reason of a close must be UTF-8, and this is not.");
        if (code == CloseCodes.None && !payload.IsEmpty)
            throw Wrong(
                "A close without a code has no reason either: leave it out, or set another close_code than 1005."
            );
        _ = MessageWriter.ClosePayload(code, Encoding.UTF8.GetString(payload.Span));
        return new WebSocketOutgoing
        {
            Opcode = Opcode.Close,
            Payload = payload,
            Code = code,
        };
    }

    private static TransportException Wrong(string sentence) => new(FailureKind.Configuration, sentence);
}
