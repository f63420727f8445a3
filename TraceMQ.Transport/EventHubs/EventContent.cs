using System.Collections;
using System.Globalization;
using System.Text;
using Amqp;
using Amqp.Framing;
using Amqp.Types;
using AmqpMessage = Amqp.Message;

namespace TraceMQ.Transport.EventHubs;

/// <summary>What an AMQP message holds, as bytes, headers and details of ours.</summary>
internal static class EventContent
{
    private const int LongestText = 4_096;
    private const int DeepestText = 8;

    /// <summary>The body's bytes. Several Data sections are put together; a value that is no bytes and no text is written as a text.</summary>
    public static ReadOnlyMemory<byte> PayloadOf(AmqpMessage message) =>
        message.BodySection switch
        {
            Data data => BytesOf(data),
            DataList list => Concatenate(list),
            AmqpValue { Value: byte[] bytes } => bytes,
            AmqpValue { Value: null } => default,
            AmqpValue value => Encoding.UTF8.GetBytes(TextOf(value.Value, int.MaxValue)),
            AmqpSequence sequence => Encoding.UTF8.GetBytes(TextOf(sequence.List, int.MaxValue)),
            _ => default,
        };

    /// <summary>The kind of a body that is not one Data section: <c>2 data sections</c>, <c>value: string</c>, <c>sequence</c>; null for one.</summary>
    public static string? KindOf(AmqpMessage message) =>
        message.BodySection switch
        {
            Data => null,
            DataList list => $"{list.Count.ToString(CultureInfo.InvariantCulture)} data sections",
            AmqpValue { Value: null } => "value: null",
            AmqpValue value => $"value: {TypeOf(value.Value)}",
            AmqpSequence => "sequence",
            _ => "none",
        };

    /// <summary>The application properties.</summary>
    public static IReadOnlyList<Header> HeadersOf(AmqpMessage message)
    {
        if (message.ApplicationProperties?.Map is not { Count: > 0 } map)
            return [];
        var headers = new List<Header>(map.Count);
        foreach (var (name, value) in map)
            headers.Add(new Header(TextOf(name), TextOf(value)));
        return headers;
    }

    /// <summary>Adds what the properties say.</summary>
    public static void AddProperties(List<Detail> details, AmqpMessage message)
    {
        if (message.Properties is not { } properties)
            return;
        Add(details, EventFields.ContentType, (string?)properties.ContentType);
        Add(details, EventFields.MessageId, properties.GetMessageId());
        Add(details, EventFields.CorrelationId, properties.GetCorrelationId());
        var rest = new List<string>();
        Add(rest, "user id", properties.UserId);
        Add(rest, "to", properties.To);
        Add(rest, "subject", properties.Subject);
        Add(rest, "reply to", properties.ReplyTo);
        Add(rest, "content encoding", (string?)properties.ContentEncoding);
        if (properties.HasField(8))
            Add(rest, "expires", properties.AbsoluteExpiryTime);
        if (properties.HasField(9))
            Add(rest, "created", properties.CreationTime);
        Add(rest, "group", properties.GroupId);
        if (properties.HasField(11))
            Add(rest, "group sequence", properties.GroupSequence);
        Add(rest, "reply to group", properties.ReplyToGroupId);
        if (rest.Count > 0)
            details.Add(new Detail(EventFields.Properties, DetailValue.Of(string.Join(", ", rest))));
    }

    /// <summary>Adds the annotations that are no facts of Event Hubs.</summary>
    public static void AddAnnotations(List<Detail> details, AmqpMessage message)
    {
        if (message.MessageAnnotations?.Map is not { } map)
            return;
        var rest = map.Where(item =>
                (string?)(item.Key as Symbol)
                    is not (
                        HubVocabulary.SequenceNumber
                        or HubVocabulary.Offset
                        or HubVocabulary.EnqueuedTime
                        or HubVocabulary.PartitionKey
                    )
            )
            .Select(item => $"{TextOf(item.Key)}={TextOf(item.Value)}")
            .ToList();
        if (rest.Count > 0)
            details.Add(new Detail(EventFields.Annotations, DetailValue.Of(string.Join(", ", rest))));
    }

    /// <summary>A value of AMQP as a text: lists and maps as JSON has them, bytes in hexadecimal where they are no text.</summary>
    public static string TextOf(object? value, int most = LongestText)
    {
        if (value is string text)
            return text;
        var written = new StringBuilder();
        Write(written, value, most, depth: 0);
        return written.ToString();
    }

    private static void Add(List<Detail> details, DetailField field, object? value)
    {
        if (value is not null)
            details.Add(new Detail(field, DetailValue.Of(TextOf(value))));
    }

    private static void Add(List<string> rest, string name, object? value)
    {
        if (value is not null)
            rest.Add($"{name}={TextOf(value)}");
    }

    private static ReadOnlyMemory<byte> BytesOf(Data data) =>
        data.Binary ?? data.Buffer?.Buffer.AsMemory(data.Buffer.Offset, data.Buffer.Length).ToArray() ?? [];

    private static byte[] Concatenate(DataList list)
    {
        using var all = new MemoryStream();
        for (var i = 0; i < list.Count; i++)
            all.Write(BytesOf(list[i]).Span);
        return all.ToArray();
    }

    private static string TypeOf(object value) =>
        value switch
        {
            string => "string",
            byte[] => "binary",
            Symbol => "symbol",
            bool => "boolean",
            DateTime => "timestamp",
            Guid => "uuid",
            Map => "map",
            Array => "array",
            IList => "list",
            DescribedValue => "described",
            float or double or Amqp.Types.Decimal => "number",
            _ => "integer",
        };

    private static void Write(StringBuilder written, object? value, int most, int depth)
    {
        if (depth > DeepestText || written.Length > most)
        {
            written.Append('…');
            return;
        }

        switch (value)
        {
            case byte[] bytes:
                written.Append(
                    System.Text.Unicode.Utf8.IsValid(bytes)
                        ? Encoding.UTF8.GetString(bytes)
                        : Convert.ToHexStringLower(bytes)
                );
                break;
            case Map map:
                WriteMap(written, map, most, depth);
                break;
            case DescribedValue described:
                Write(written, described.Value, most, depth + 1);
                break;
            case IList list:
                WriteList(written, list, most, depth);
                break;
            default:
                written.Append(ScalarText(value));
                break;
        }
    }

    private static string ScalarText(object? value) =>
        value switch
        {
            null => "null",
            bool flag => flag ? "true" : "false",
            DateTime time => DetailValue.Of(new DateTimeOffset(time.ToUniversalTime())).ToString(),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };

    private static void WriteMap(StringBuilder written, Map map, int most, int depth)
    {
        written.Append('{');
        var isFirst = true;
        foreach (var (name, item) in map)
        {
            if (!isFirst)
                written.Append(',');
            isFirst = false;
            WriteQuoted(written, name, most, depth);
            written.Append(':');
            WriteQuoted(written, item, most, depth);
        }

        written.Append('}');
    }

    private static void WriteList(StringBuilder written, IList list, int most, int depth)
    {
        written.Append('[');
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0)
                written.Append(',');
            WriteQuoted(written, list[i], most, depth);
        }

        written.Append(']');
    }

    private static void WriteQuoted(StringBuilder written, object? value, int most, int depth)
    {
        if (
            value is null or bool or sbyte or byte or short or ushort or int or uint or long or ulong or double or float
        )
            written.Append(ScalarText(value));
        else if (value is IList and not byte[] or Map or DescribedValue)
            Write(written, value, most, depth + 1);
        else
            written
                .Append('"')
                .Append(
                    System.Text.Json.JsonEncodedText.Encode(
                        TextOf(value),
                        System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
                    )
                )
                .Append('"');
    }
}
