using System.Buffers.Binary;

namespace TraceMQ.Transport.EventHubs.Server.Protocol;

/// <summary>
/// Where the sections of an encoded message begin and end (AMQP 1.0, part 3, 3.2), so that what a client wrote can be handed on byte for byte.
/// </summary>
internal readonly record struct MessageSections
{
    private const byte HeaderCode = 0x70;
    private const byte DeliveryAnnotationsCode = 0x71;
    private const byte MessageAnnotationsCode = 0x72;
    private const byte PropertiesCode = 0x73;
    private const byte ApplicationPropertiesCode = 0x74;
    private const byte DataCode = 0x75;
    private const byte FooterCode = 0x78;

    /// <summary>The header, as it is encoded; empty where there is none.</summary>
    public Range Header { get; private init; }

    /// <summary>The message annotations; empty where there are none.</summary>
    public Range Annotations { get; private init; }

    /// <summary>Properties, application properties, body and footer: what nobody on the way may change.</summary>
    public Range Bare { get; private init; }

    /// <summary>The content of the body where it is one Data section and nothing but it follows the annotations; null otherwise.</summary>
    public Range? LoneData { get; private init; }

    /// <summary>Finds the sections.</summary>
    /// <exception cref="AmqpViolationException">The bytes are no message.</exception>
    public static MessageSections Find(ReadOnlySpan<byte> message)
    {
        var found = new MessageSections { Bare = message.Length.. };
        var last = 0;
        for (var position = 0; position < message.Length; )
        {
            var length = AmqpShape.Measure(message[position..]);
            var code = CodeOf(message[position..], out var descriptor);
            if (code < last || (code == last && code is not (0x75 or 0x76)))
                throw AmqpViolationException.Undecodable("sent a message whose sections are out of order");
            var section = position..(position + length);
            if (code >= PropertiesCode && last < PropertiesCode)
                found = found with { Bare = position..message.Length };
            found = code switch
            {
                HeaderCode => found with { Header = section },
                MessageAnnotationsCode => found with { Annotations = section },
                DataCode when last < PropertiesCode && section.End.Value == message.Length => found with
                {
                    LoneData = ContentOf(message, position + descriptor, section.End.Value),
                },
                _ => found,
            };
            last = code;
            position += length;
        }

        return found;
    }

    /// <summary>The contents of the Data sections: the messages of a batch.</summary>
    /// <exception cref="AmqpViolationException">There is something else in the body, or nothing.</exception>
    public static IReadOnlyList<Range> DataOf(ReadOnlySpan<byte> message)
    {
        var contents = new List<Range>();
        for (var position = 0; position < message.Length; )
        {
            var length = AmqpShape.Measure(message[position..]);
            var code = CodeOf(message[position..], out var descriptor);
            if (code == DataCode)
                contents.Add(ContentOf(message, position + descriptor, position + length));
            else if (code is > DataCode and < FooterCode)
                throw AmqpViolationException.Undecodable("sent a batch with something else than Data in it");
            position += length;
        }

        return contents.Count > 0 ? contents : throw AmqpViolationException.Undecodable("sent a batch of nothing");
    }

    /// <summary>The section's code, and the length of its descriptor with the byte before it.</summary>
    private static int CodeOf(ReadOnlySpan<byte> section, out int descriptor)
    {
        descriptor = 0;
        if (section[0] == 0)
        {
            descriptor = 1 + AmqpShape.Measure(section[1..]);
            var code = section[1] switch
            {
                0x53 => section[2],
                0x80 => BinaryPrimitives.ReadUInt64BigEndian(section[2..]),
                0xA3 => CodeNamed(section.Slice(3, section[2])),
                _ => 0UL,
            };
            if (code is >= HeaderCode and <= FooterCode && HasTypeOf((int)code, section[descriptor]))
                return (int)code;
        }

        throw AmqpViolationException.Undecodable("sent a message with a section that is none");
    }

    private static bool HasTypeOf(int code, byte type) =>
        code switch
        {
            HeaderCode or PropertiesCode or 0x76 => type is 0x45 or 0xC0 or 0xD0,
            DeliveryAnnotationsCode or MessageAnnotationsCode or ApplicationPropertiesCode or FooterCode => type
                is 0xC1
                    or 0xD1,
            DataCode => type is 0xA0 or 0xB0,
            _ => true,
        };

    private static ulong CodeNamed(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("amqp:header:list"u8))
            return HeaderCode;
        if (name.SequenceEqual("amqp:delivery-annotations:map"u8))
            return DeliveryAnnotationsCode;
        if (name.SequenceEqual("amqp:message-annotations:map"u8))
            return MessageAnnotationsCode;
        if (name.SequenceEqual("amqp:properties:list"u8))
            return PropertiesCode;
        if (name.SequenceEqual("amqp:application-properties:map"u8))
            return ApplicationPropertiesCode;
        if (name.SequenceEqual("amqp:data:binary"u8))
            return DataCode;
        if (name.SequenceEqual("amqp:amqp-sequence:list"u8))
            return 0x76;
        if (name.SequenceEqual("amqp:amqp-value:*"u8))
            return 0x77;
        return name.SequenceEqual("amqp:footer:map"u8) ? FooterCode : 0UL;
    }

    /// <summary>The bytes of a binary whose code is at a position.</summary>
    private static Range ContentOf(ReadOnlySpan<byte> message, int position, int end) =>
        message[position] == 0xA0 ? (position + 2)..end : (position + 5)..end;
}
