using System.Globalization;

namespace TraceMQ.Transport.Nats;

/// <summary>Where a delivered message stands, as its acknowledgement subject tells (ADR-15): <c>$JS.ACK.[domain.account.]stream.consumer.delivered.stream sequence.consumer sequence.time.pending[.token]</c>.</summary>
/// <param name="Sequence">Its number in the stream.</param>
/// <param name="Delivery">Its number among the consumer's deliveries, from 1.</param>
/// <param name="Stored">When the stream stored it.</param>
/// <param name="Pending">How many matching messages are stored behind it.</param>
internal readonly record struct NatsPlace(ulong Sequence, ulong Delivery, DateTimeOffset Stored, ulong Pending)
{
    private const string Head = "$JS.ACK.";
    private const int TokensOfOldServers = 9;
    private const int TokensOfNewServers = 11;

    /// <summary>Reads it; null where the subject is none of a delivery.</summary>
    public static NatsPlace? Parse(string? subject)
    {
        if (subject is null || !subject.StartsWith(Head, StringComparison.Ordinal))
            return null;
        Span<Range> tokens = stackalloc Range[TokensOfNewServers + 2];
        var count = subject.AsSpan().Split(tokens, '.');
        if (count is < TokensOfOldServers or TokensOfOldServers + 1)
            return null;
        // Newer servers put domain and account in front, and may put a token behind.
        var first = count == TokensOfOldServers ? 5 : 7;
        return
            TryNumber(subject.AsSpan(tokens[first]), out var sequence)
            && TryNumber(subject.AsSpan(tokens[first + 1]), out var delivery)
            && TryNumber(subject.AsSpan(tokens[first + 2]), out var nanoseconds)
            && nanoseconds <= long.MaxValue
            && TryNumber(subject.AsSpan(tokens[first + 3]), out var pending)
            ? new NatsPlace(sequence, delivery, DateTimeOffset.UnixEpoch.AddTicks((long)nanoseconds / 100), pending)
            : null;
    }

    private static bool TryNumber(ReadOnlySpan<char> token, out ulong number) =>
        ulong.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
