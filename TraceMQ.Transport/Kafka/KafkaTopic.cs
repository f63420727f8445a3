using System.Globalization;

namespace TraceMQ.Transport.Kafka;

/// <summary>A topic, or one partition of it: <c>payments</c>, <c>payments/3</c>.</summary>
/// <param name="Name">The topic's name, which cannot hold a slash.</param>
/// <param name="Partition">The partition; null for all of them, or for any.</param>
internal readonly record struct KafkaTopic(string Name, int? Partition)
{
    /// <summary>Takes a text apart that <see cref="KafkaTopics"/> found right.</summary>
    public static KafkaTopic Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash >= 0 && TryParsePartition(text.AsSpan(slash + 1), out var partition)
            ? new KafkaTopic(text[..slash], partition)
            : new KafkaTopic(text, null);
    }

    public static bool TryParsePartition(ReadOnlySpan<char> text, out int partition) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out partition);

    public override string ToString() =>
        Partition is { } partition ? string.Create(CultureInfo.InvariantCulture, $"{Name}/{partition}") : Name;
}
