using System.Globalization;
using System.Text.RegularExpressions;
using Confluent.Kafka;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport.Kafka;

/// <summary>
/// Tells requests and answers to the <see cref="WireLog"/>: which, of what version and size, to whom, and how long the answer took. The library
/// keeps its sockets to itself, so that the bytes are not to be had; these are its own words. They hold no content, and no secret.
/// </summary>
internal sealed partial class KafkaWireLog(SessionContext context)
{
    private volatile bool _isSettled;

    /// <summary>The handshake is over: from now on only who looks is told.</summary>
    public void Settle() => _isSettled = true;

    /// <summary>Takes a line of the library's log.</summary>
    /// <returns>True where it was about a request or an answer, and is dealt with.</returns>
    public bool Take(LogMessage line)
    {
        if (line.Level != SyslogLevel.Debug)
            return false;
        if (line.Facility is not ("SEND" or "RECV"))
            return true;
        if (_isSettled && !context.Wire.IsWatched)
            return true;
        if (Parse(line.Message, line.Name, context.Time.GetUtcNow()) is not { } record)
            return true;
        if (_isSettled)
            context.Wire.Record(record);
        else
            context.Wire.Keep(record);
        return true;
    }

    /// <summary>A line as a record; null where it is another one.</summary>
    internal static WireRecord? Parse(string line, string client, DateTimeOffset time)
    {
        var match = Line().Match(line);
        if (!match.Success)
            return null;
        var length = int.Parse(match.Groups["bytes"].ValueSpan, CultureInfo.InvariantCulture);
        var direction = match.Groups["way"].ValueSpan is "Sent" ? Direction.Out : Direction.In;
        var took = match.Groups["rtt"];
        var peer = match.Groups["peer"].Value;
        List<Fact> fields =
        [
            new("version", match.Groups["version"].Value),
            new("correlation id", match.Groups["id"].Value),
            new("broker", peer),
            new("client", client),
        ];
        if (took.Success)
            fields.Add(new Fact("answer took", took.Value));
        fields.Add(new Fact("content", "not recorded"));
        return new WireRecord(
            time,
            direction,
            match.Groups["kind"].Value,
            took.Success
                ? $"{peer} v{match.Groups["version"].Value} #{match.Groups["id"].Value} after {took.Value}"
                : $"{peer} v{match.Groups["version"].Value} #{match.Groups["id"].Value}",
            fields,
            ReadOnlyMemory<byte>.Empty,
            length
        );
    }

    // [thrd:127.0.0.1:9092/1]: 127.0.0.1:9092/1: Received FetchResponse (v11, 100 bytes, CorrId 3, rtt 0.12ms)
    [GeneratedRegex(
        @"^\[thrd:[^\]]*\]: (?<peer>\S+): (?<way>Sent|Received) (?<kind>\w+) \(v(?<version>\d+), (?<bytes>\d{1,9}) bytes.*?, CorrId (?<id>\d+)(, rtt (?<rtt>[\d.]+ms))?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Line();
}
