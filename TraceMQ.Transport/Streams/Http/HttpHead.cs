namespace TraceMQ.Transport.Streams.Http;

/// <summary>The start line and the headers of an HTTP/1.1 message (RFC 9112, section 2.1). Untrusted where the peer sent it.</summary>
/// <param name="StartLine">Without its line ending.</param>
/// <param name="Headers">In the order of the message; names may repeat.</param>
internal sealed record HttpHead(string StartLine, IReadOnlyList<Header> Headers)
{
    /// <summary>The status of a response; null where the start line is none of HTTP/1.x.</summary>
    public int? Status =>
        StartLine.Length >= 12
        && StartLine.StartsWith("HTTP/1.", StringComparison.Ordinal)
        && char.IsAsciiDigit(StartLine[7])
        && StartLine[8] == ' '
        && StartLine.AsSpan(9, 3).IndexOfAnyExceptInRange('0', '9') < 0
        && (StartLine.Length == 12 || StartLine[12] == ' ')
            ? ((StartLine[9] - '0') * 100) + ((StartLine[10] - '0') * 10) + (StartLine[11] - '0')
            : null;

    /// <summary>The status with the words of the peer: <c>404 Not Found</c>.</summary>
    public string StatusText => StartLine.Length > 9 ? StartLine[9..].Trim() : StartLine;

    /// <summary>The first value of a header, in any case of its name; null where there is none.</summary>
    public string? Get(string name)
    {
        foreach (var header in Headers)
        {
            if (header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return header.Value;
        }

        return null;
    }

    /// <summary>How often a header is there.</summary>
    public int Count(string name) =>
        Headers.Count(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The items of a header that is a comma-separated list, over all its lines, without the empty ones.</summary>
    public IEnumerable<string> Items(string name) =>
        Headers
            .Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .SelectMany(header =>
                header.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            );

    /// <summary>True where a list header has this token, in any case.</summary>
    public bool HasToken(string name, string token) =>
        Items(name).Any(item => item.Equals(token, StringComparison.OrdinalIgnoreCase));

    /// <summary>The bytes to send, with the empty line at the end.</summary>
    /// <exception cref="TransportException">A name or a value cannot be written in a header.</exception>
    public byte[] ToBytes()
    {
        var text = new System.Text.StringBuilder(StartLine).Append("\r\n");
        foreach (var header in Headers)
        {
            if (HttpSyntax.ProblemOf(header) is { } problem)
                throw new TransportException(FailureKind.Configuration, problem);
            text.Append(header.Name).Append(": ").Append(header.Value).Append("\r\n");
        }

        return System.Text.Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
    }

    /// <summary>Reads a head.</summary>
    /// <param name="bytes">Everything up to and with the empty line.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <returns>The head; null where something is wrong.</returns>
    public static HttpHead? Parse(ReadOnlySpan<byte> bytes, out string? problem)
    {
        string? startLine = null;
        var headers = new List<Header>();
        while (true)
        {
            var end = bytes.IndexOf("\r\n"u8);
            if (end < 0)
            {
                problem = "it does not end with an empty line";
                return null;
            }

            var line = bytes[..end];
            bytes = bytes[(end + 2)..];
            problem = HttpSyntax.ProblemOf(line);
            if (problem is not null)
                return null;
            if (startLine is null)
                startLine = HttpSyntax.TextOf(line);
            else if (line.IsEmpty)
                break;
            else if (headers.Count == HttpHeadReader.MaxHeaders)
                problem = $"it has more than {HttpHeadReader.MaxHeaders} headers";
            else if (HttpSyntax.TryHeader(line, out var header, out problem))
                headers.Add(header);
            if (problem is not null)
                return null;
        }

        if (startLine.Length == 0)
            problem = "its first line is empty";
        return problem is null ? new HttpHead(startLine, headers) : null;
    }
}
