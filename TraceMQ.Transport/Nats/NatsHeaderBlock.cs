using System.Buffers;
using System.Text;

namespace TraceMQ.Transport.Nats;

/// <summary>The headers of a message: <c>NATS/1.0</c> with an optional status, then name and value lines (ADR-4). Names may repeat; bytes that are not UTF-8 become replacement characters.</summary>
internal static class NatsHeaderBlock
{
    /// <summary>A status that says that nobody is there to answer a request.</summary>
    public const string NoResponders = "503";

    private static ReadOnlySpan<byte> Version => "NATS/1.0"u8;

    /// <summary>Reads a block.</summary>
    /// <param name="block">With its final empty line, or cut anywhere: what is there is read.</param>
    /// <returns>The headers in their order, and the status where there is one.</returns>
    public static (IReadOnlyList<Header> Headers, string? Status) Read(ReadOnlySequence<byte> block)
    {
        var bytes = block.IsSingleSegment ? block.FirstSpan : block.ToArray();
        var line = Line(ref bytes);
        var status = line.StartsWith(Version) ? Text(line[Version.Length..]) : "";
        var headers = new List<Header>();
        while (!bytes.IsEmpty)
        {
            line = Line(ref bytes);
            var colon = line.IndexOf((byte)':');
            if (colon > 0)
                headers.Add(new Header(Text(line[..colon]), Text(line[(colon + 1)..])));
        }

        return (headers, status.Length == 0 ? null : status);
    }

    private static ReadOnlySpan<byte> Line(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf((byte)'\n');
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes).Trim();
}
