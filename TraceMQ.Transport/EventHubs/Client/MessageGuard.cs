using TraceMQ.Transport.EventHubs.Server.Protocol;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>
/// Looks at what a peer sends before the library decodes it: the library believes announced counts, follows any depth, and gathers a message
/// of any size.
/// </summary>
internal sealed class MessageGuard
{
    /// <summary>The largest message, and the most bytes of messages whose last frame has not come.</summary>
    internal const int MaximumMessage = 64 << 20;

    private const byte Transfer = 0x14;
    private const int HandleField = 0;
    private const int MoreField = 5;

    private readonly Dictionary<(ushort Channel, uint Handle), MemoryStream> _gathering = [];
    private long _gathered;

    /// <summary>Looks at a frame's body.</summary>
    /// <exception cref="AmqpViolationException">It must not get to the library.</exception>
    public void Check(ushort channel, ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
            return;
        var length = AmqpShape.Measure(body);
        if (IsTransfer(body[..length], out var fields))
            CheckTransfer(channel, fields, body[length..]);
        else if (length != body.Length)
            throw AmqpViolationException.Framing("sent a frame with something behind its performative");
    }

    private void CheckTransfer(ushort channel, ReadOnlySpan<byte> fields, ReadOnlySpan<byte> payload)
    {
        var handle = Number(Field(fields, HandleField));
        var isLast = !IsTrue(Field(fields, MoreField));
        if (!_gathering.TryGetValue((channel, handle), out var gathered))
        {
            if (isLast)
            {
                CheckSections(payload);
                return;
            }

            _gathering[(channel, handle)] = gathered = new MemoryStream();
        }

        _gathered += payload.Length;
        if (_gathered > MaximumMessage)
            throw AmqpViolationException.Framing($"sent a message of more than {MaximumMessage} bytes");
        gathered.Write(payload);
        if (!isLast)
            return;
        _gathering.Remove((channel, handle));
        _gathered -= gathered.Length;
        CheckSections(gathered.GetBuffer().AsSpan(0, (int)gathered.Length));
    }

    private static void CheckSections(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
            message = message[AmqpShape.Measure(message)..];
    }

    /// <summary>True for a transfer; its fields are what stands in its list.</summary>
    private static bool IsTransfer(ReadOnlySpan<byte> performative, out ReadOnlySpan<byte> fields)
    {
        fields = default;
        if (performative.Length < 2 || performative[0] != 0x00)
            return false;
        var isTransfer = performative[1] switch
        {
            0x53 => performative[2] == Transfer,
            0x80 => performative[2..9].IndexOfAnyExcept((byte)0) < 0 && performative[9] == Transfer,
            _ => false,
        };
        if (!isTransfer)
            return false;
        var list = performative[(performative[1] == 0x53 ? 3 : 10)..];
        fields = list[0] switch
        {
            0xC0 => list[3..],
            0xD0 => list[9..],
            _ => default,
        };
        return true;
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> fields, int index)
    {
        for (; index > 0 && !fields.IsEmpty; index--)
            fields = fields[AmqpShape.Measure(fields)..];
        return fields;
    }

    private static uint Number(ReadOnlySpan<byte> field) =>
        field switch
        {
            [0x70, var a, var b, var c, var d, ..] => ((uint)a << 24) | ((uint)b << 16) | ((uint)c << 8) | d,
            [0x52, var value, ..] => value,
            _ => 0,
        };

    private static bool IsTrue(ReadOnlySpan<byte> field) => field is [0x41, ..] or [0x56, not 0, ..];
}
