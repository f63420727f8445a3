using Amqp;
using Amqp.Framing;
using Amqp.Types;
using CsCheck;
using TraceMQ.Transport.EventHubs.Server.Protocol;

namespace TraceMQ.Tests.EventHubs.Server;

public sealed class AmqpShapeTests
{
    public static TheoryData<object?> Values =>
        [
            null,
            true,
            (byte)7,
            (ushort)7,
            7u,
            7ul,
            (sbyte)-7,
            (short)-7,
            -7,
            300L,
            1.5f,
            1.5,
            'x',
            "text",
            new string('x', 300),
            new Symbol("symbol"),
            new byte[] { 1, 2, 3 },
            new byte[300],
            Guid.Empty,
            new DateTime(2026, 11, 23, 0, 0, 0, DateTimeKind.Utc),
            new List
            {
                1,
                "two",
                new List { 3.0 },
            },
            new Map { ["a"] = 1, [new Symbol("b")] = new List() },
            new[] { "a", "b" },
            new[] { 1, 2, 3 },
            new DescribedValue(new Symbol("x:y"), "described"),
        ];

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_measured_as_it_was_encoded(object? value)
    {
        var buffer = new ByteBuffer(16, autoGrow: true);
        Encoder.WriteObject(buffer, value, smallEncoding: true);
        var bytes = buffer.Buffer.AsSpan(buffer.Offset, buffer.Length).ToArray();

        Assert.Equal(bytes.Length, AmqpShape.Measure((byte[])[.. bytes, 0x40, 0x40]));
        for (var cut = 0; cut < bytes.Length; cut++)
            Assert.Throws<AmqpViolationException>(() => AmqpShape.Measure(bytes.AsSpan(0, cut)));
    }

    [Theory]
    [InlineData("")] // nothing
    [InlineData("00")] // a descriptor of nothing
    [InlineData("3F")] // no type
    [InlineData("A105FF")] // a text behind its end
    [InlineData("B0FFFFFFFF00")] // 4 GB of bytes
    [InlineData("C00200")] // a list shorter than its size
    [InlineData("C001FF")] // 255 items in no bytes
    [InlineData("C0030240")] // two items, one there
    [InlineData("C1034140A100")] // sizes that do not fit
    [InlineData("C1020140")] // a key without a value
    [InlineData("D000000004FFFFFFFF")] // four billion items
    [InlineData("F000000005FFFFFFFF40")] // four billion nulls
    [InlineData("F000000005FFFFFFFF50")] // four billion bytes
    [InlineData("F00000000600000002 5001")] // two elements, one there
    [InlineData("E003024000")] // nulls, and a byte more
    [InlineData("C0FF")]
    public void What_cannot_be_is_told_before_anything_is_made_of_it(string hex) =>
        Assert.Throws<AmqpViolationException>(() =>
            AmqpShape.Measure(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)))
        );

    [Fact]
    public void Lists_in_lists_are_not_followed_without_end()
    {
        var nested = new byte[60_000];
        for (var i = 0; i + 9 <= nested.Length; i += 9)
        {
            nested[i] = 0xD0;
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(nested.AsSpan(i + 1), nested.Length - i - 5);
            nested[i + 8] = 1;
        }

        var described = new byte[60_000];
        Assert.Throws<AmqpViolationException>(() => AmqpShape.Measure(nested));
        Assert.Throws<AmqpViolationException>(() => AmqpShape.Measure(described));
    }

    [Fact]
    public void Whatever_passes_the_measure_the_library_reads_or_refuses_as_a_violation() =>
        Gen
            .Byte.Array[1, 60]
            .Sample(
                bytes =>
                {
                    try
                    {
                        AmqpCodec.Read(bytes, out var length);
                        Assert.InRange(length, 1, bytes.Length);
                        AmqpCodec.ReadMessage(bytes);
                    }
                    catch (AmqpViolationException)
                    {
                        // Refused, as it should be.
                    }
                },
                iter: 20_000
            );

    [Fact]
    public void The_sections_of_a_message_are_found_as_they_were_encoded()
    {
        var message = new Amqp.Message
        {
            Header = new Amqp.Framing.Header { Durable = true },
            DeliveryAnnotations = new DeliveryAnnotations { [new Symbol("d")] = 1 },
            MessageAnnotations = new MessageAnnotations { [new Symbol("x-mine")] = "a" },
            Properties = new Properties { MessageId = "id" },
            ApplicationProperties = new ApplicationProperties { ["k"] = "v" },
            BodySection = new Data { Binary = "body"u8.ToArray() },
            Footer = new Footer { [new Symbol("f")] = 1 },
        };
        var encoded = message.Encode();
        var bytes = encoded.Buffer.AsSpan(encoded.Offset, encoded.Length).ToArray();

        var sections = MessageSections.Find(bytes);

        Assert.Equal(0x70, bytes[sections.Header][2]);
        Assert.Equal(0x72, bytes[sections.Annotations][2]);
        Assert.Equal(0x73, bytes[sections.Bare][2]);
        Assert.Null(sections.LoneData);
    }

    [Fact]
    public void A_body_of_bytes_alone_is_found_in_place()
    {
        foreach (var length in (int[])[0, 1, 255, 256, 70_000])
        {
            var payload = new byte[length];
            Random.Shared.NextBytes(payload);
            var encoded = new Amqp.Message { BodySection = new Data { Binary = payload } }.Encode();
            var bytes = encoded.Buffer.AsSpan(encoded.Offset, encoded.Length).ToArray();

            var sections = MessageSections.Find(bytes);

            Assert.Equal(payload, bytes[sections.LoneData!.Value]);
        }
    }

    [Theory]
    [InlineData("40")] // no section
    [InlineData("0053754040")] // data that is none
    [InlineData("005375A00100 005375A00100 005370 45")] // a header behind the body
    [InlineData("005373 45 005373 45")] // properties twice
    [InlineData("005379 45")] // an unknown section
    [InlineData("A30475")] // a name cut short
    public void What_is_no_message_is_refused(string hex) =>
        Assert.Throws<AmqpViolationException>(() =>
            MessageSections.Find(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)))
        );
}
