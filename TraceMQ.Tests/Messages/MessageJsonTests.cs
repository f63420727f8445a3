using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tests.Messages;

public sealed class MessageJsonTests
{
    [Fact]
    public void A_line_is_exactly_the_contracts()
    {
        var message = new Message
        {
            Time = new DateTimeOffset(2026, 11, 22, 15, 3, 22, TimeSpan.FromHours(1)).AddMicroseconds(101234),
            Topic = "sensors/kiln/1",
            Payload = Encoding.UTF8.GetBytes("{\"celsius\":812.4}"),
            Headers = [new Header("unit", "C")],
            Details = new MessageDetails(
                new Detail(TestMessages.Qos, DetailValue.Of(1)),
                new Detail(TestMessages.Retain, DetailValue.Of(false))
            ),
        };

        Assert.Equal(
            """{"time":"2026-11-22T14:03:22.101234Z","profile":"Plant A","protocol":"mqtt","direction":"in","topic":"sensors/kiln/1","size":17,"payload":"{\"celsius\":812.4}","headers":{"unit":"C"},"details":{"qos":1,"retain":false}}"""
                + "\n",
            Line(message)
        );
    }

    [Fact]
    public void Bytes_that_are_not_text_come_as_base64_and_repeated_headers_as_a_list()
    {
        var message = new Message
        {
            Time = TestMessages.Start,
            Direction = Direction.Out,
            Topic = "t",
            Payload = new byte[] { 0xFF, 0 },
            Headers = [new Header("a", "1"), new Header("b", "2"), new Header("a", "3")],
            Details = new MessageDetails(
                new Detail(TestMessages.Correlation, DetailValue.Of([0xC0, 1])),
                new Detail(TestMessages.Ids, DetailValue.Of(new long[] { 3, 4 }))
            ),
        };

        Assert.Contains(
            """
            "direction":"out","topic":"t","size":2,"payload_base64":"/wA=","headers":{"a":["1","3"],"b":"2"},"details":{"correlation_data_base64":"wAE=","subscription_ids":[3,4]}}
            """.Trim(),
            Line(message),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_line_never_holds_a_control_character()
    {
        var message = TestMessages.Of("t\u001b]\u0007", "\u001b[31m\r\n\u0085\u009b\u007f");

        Assert.DoesNotContain(Line(message).TrimEnd('\n'), char.IsControl);
    }

    [Fact]
    public void What_was_written_is_read_again()
    {
        var text = Gen.String.Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
        var header = Gen.Select(text, text, (name, value) => new Header(name, value));
        Gen.Select(text, Gen.Byte.Array[0, 60], text, Gen.Bool, header.Array[0, 6])
            .Sample(
                (topic, bytes, payload, isBinary, headers) =>
                {
                    var sent = new Message
                    {
                        Time = TestMessages.Start,
                        Topic = topic,
                        Payload = isBinary ? bytes : Encoding.UTF8.GetBytes(payload),
                        Headers = headers,
                    };
                    Assert.True(MessageJsonReader.TryRead(Line(sent), out var read, out var problem), problem);
                    Assert.Equal(topic, read.Topic);
                    Assert.Equal(sent.Payload.ToArray(), read.Payload.ToArray());
                    Assert.Equal(
                        headers.OrderBy(one => Array.FindIndex(headers, other => other.Name == one.Name)),
                        read.Headers
                    );
                }
            );
    }

    [Fact]
    public void Details_come_back_as_raw_values()
    {
        var message = new Message
        {
            Time = TestMessages.Start,
            Topic = "t",
            Details = new MessageDetails(
                new Detail(TestMessages.Qos, DetailValue.Of(2)),
                new Detail(TestMessages.Retain, DetailValue.Of(true)),
                new Detail(TestMessages.Type, DetailValue.Of("text")),
                new Detail(TestMessages.Correlation, DetailValue.Of([0xC0, 1])),
                new Detail(TestMessages.Ids, DetailValue.Of(new long[] { 3 }))
            ),
        };

        Assert.True(MessageJsonReader.TryRead(Line(message), out var read, out _));

        Assert.Equal(new RawValue.Number(2), read.Details["qos"]);
        Assert.Equal(new RawValue.Flag(true), read.Details["retain"]);
        Assert.Equal(new RawValue.Text("text"), read.Details["content_type"]);
        Assert.Equal(new RawValue.Text("hex:c001"), read.Details["correlation_data"]);
        Assert.Equal([new RawValue.Number(3)], ((RawValue.List)read.Details["subscription_ids"]).Items);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("[1]", "an object a line")]
    [InlineData("{\"topic\":\"t\"}", "payload is missing")]
    [InlineData("{\"topic\":1,\"payload\":\"\"}", "topic must be a string")]
    [InlineData("{\"payload\":{\"a\":1}}", "payload must be a string")]
    [InlineData("{\"payload\":\"a\",\"payload_base64\":\"YQ==\"}", "twice")]
    [InlineData("{\"payload_base64\":\"?\"}", "not base64")]
    [InlineData("{\"paylod\":\"a\"}", "did you mean payload?")]
    [InlineData("{\"payload\":\"\\ud800\"}", "surrogate")]
    [InlineData("{\"payload\":\"a\",\"headers\":{\"a\":1}}", "header a must be a string")]
    [InlineData("{\"payload\":\"a\",\"details\":{\"a\":null}}", "detail a has no value")]
    [InlineData("{\"payload\":\"a\",\"cut\":true}", "was cut")]
    public void A_line_that_is_wrong_says_why(string line, string part)
    {
        Assert.False(MessageJsonReader.TryRead(line, out _, out var problem));
        Assert.Contains(part, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_message_says_so_and_keeps_its_original_size()
    {
        var stored = new StoredMessage(1, 0, TestMessages.Of("t", "abc"), 100, IsCut: true);

        using var json = JsonDocument.Parse(MessageJson.Text(stored, "p", "mqtt", isIndented: true));

        Assert.Equal(100, json.RootElement.GetProperty("size").GetInt64());
        Assert.True(json.RootElement.GetProperty("cut").GetBoolean());
    }

    private static string Line(Message message)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output, MessageJson.Options);
        MessageJson.WriteLine(output, writer, message, "Plant A", "mqtt");
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
