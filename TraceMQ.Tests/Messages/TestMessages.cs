using System.Text;
using TraceMQ.Transport;
using TraceMQ.Tui.Messages;

namespace TraceMQ.Tests.Messages;

internal static class TestMessages
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 14, 0, 0, TimeSpan.Zero);

    public static readonly DetailField Qos = new("qos", "QoS", DetailKind.Number, "Quality of service.");
    public static readonly DetailField Retain = new("retain", "retain", DetailKind.Flag, "Kept by the broker.");
    public static readonly DetailField Type = new("content_type", "content type", DetailKind.Text, "What it is.");
    public static readonly DetailField Correlation = new(
        "correlation_data",
        "correlation",
        DetailKind.Bytes,
        "Answers."
    );
    public static readonly DetailField Ids = new("subscription_ids", "subscriptions", DetailKind.NumberList, "Which.");

    public static readonly DetailField[] Fields = [Qos, Retain, Type, Correlation, Ids];

    public static Message Of(string topic, string payload, double seconds = 0) =>
        Of(topic, Encoding.UTF8.GetBytes(payload), seconds);

    public static Message Of(string topic, byte[] payload, double seconds = 0) =>
        new()
        {
            Time = Start.AddSeconds(seconds),
            Topic = topic,
            Payload = payload,
        };

    public static int AddSource(this MessageLog log, string name = "Plant A", long share = 0) =>
        log.AddSource(name, "mqtt", Fields, share);

    public static long[] RowIds(this IMessageRows rows) =>
        [.. Enumerable.Range(0, (int)rows.Count).Select(row => rows.IdAt(row))];

    public static string PayloadText(this LogView view, long id) =>
        view.TryRead(id, out var stored) ? Encoding.UTF8.GetString(stored.Message.Payload.Span) : "gone";
}

internal sealed class SlashTopics : TopicSyntax
{
    public override string Term => "topic";

    public override char? Separator => '/';

    public override string Wildcards => "+ one level, # the rest";

    public override string Below(string topic) => topic + "/#";

    public override string? Validate(string topic) => null;

    public override string? ValidatePattern(string pattern) =>
        pattern.Contains("##", StringComparison.Ordinal) ? "# stands alone" : null;

    public override bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> topic)
    {
        var wanted = pattern.ToString().Split('/');
        var levels = topic.ToString().Split('/');
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i] == "#")
                return true;
            if (i >= levels.Length || (wanted[i] != "+" && wanted[i] != levels[i]))
                return false;
        }

        return wanted.Length == levels.Length;
    }
}
