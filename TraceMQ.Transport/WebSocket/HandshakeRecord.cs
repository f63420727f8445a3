using System.Text;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport.WebSocket;

/// <summary>The two heads of a handshake in the wire log, where they are kept for whoever looks later. They come here without credentials.</summary>
internal static class HandshakeRecord
{
    private const int MaximumBytes = 4096;

    /// <summary>Keeps what was asked and what was answered.</summary>
    /// <param name="context">Has the log.</param>
    /// <param name="asked">Which way the request went: out for a client.</param>
    /// <param name="request">The request's head; empty where there was none.</param>
    /// <param name="response">The answer's head; empty where there was none.</param>
    /// <param name="address">The peer's.</param>
    public static void Keep(SessionContext context, Direction asked, string request, string response, string address)
    {
        var answered = asked == Direction.Out ? Direction.In : Direction.Out;
        if (request.Length > 0)
            context.Wire.Keep(Of(context.Time.GetUtcNow(), asked, "request", request, address));
        if (response.Length > 0)
            context.Wire.Keep(Of(context.Time.GetUtcNow(), answered, "response", response, address));
    }

    private static WireRecord Of(DateTimeOffset time, Direction direction, string kind, string head, string address)
    {
        var lines = head.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var bytes = Encoding.UTF8.GetBytes(head.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n");
        return new WireRecord(
            time,
            direction,
            kind,
            lines.Length == 0 ? "" : lines[0],
            [new Fact("peer", address), .. lines.Skip(1).Select(FieldOf)],
            bytes.AsMemory(0, Math.Min(bytes.Length, MaximumBytes)),
            bytes.Length
        );
    }

    private static Fact FieldOf(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? new Fact("", line) : new Fact(line[..colon], line[(colon + 1)..].Trim());
    }
}
