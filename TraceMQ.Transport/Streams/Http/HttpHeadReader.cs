namespace TraceMQ.Transport.Streams.Http;

/// <summary>Reads a head from a stream, within limits that hold before anything is allocated.</summary>
internal static class HttpHeadReader
{
    /// <summary>Most bytes of a head.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>Most headers.</summary>
    public const int MaxHeaders = 100;

    private const int FirstRead = 1024;

    /// <summary>Reads a head and whatever came with it.</summary>
    /// <param name="stream">Read until the empty line.</param>
    /// <param name="expected">How the head has to begin; anything else is no HTTP, and not waited for. Empty: with anything.</param>
    /// <param name="isExact">True: not a byte after the head is read, at the price of a read for each.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<HttpHeadRead> ReadAsync(
        Stream stream,
        ReadOnlyMemory<byte> expected,
        bool isExact,
        CancellationToken cancellationToken
    )
    {
        var buffer = new byte[FirstRead];
        var length = 0;
        while (true)
        {
            if (length == MaxBytes)
                return new HttpHeadRead(HttpHeadProblem.TooLarge, $"its head is larger than {MaxBytes} bytes");
            if (length == buffer.Length)
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, MaxBytes));
            var room = isExact ? 1 : buffer.Length - length;
            var read = await stream.ReadAsync(buffer.AsMemory(length, room), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return Ended(length);
            var searchFrom = Math.Max(0, length - 3);
            length += read;
            var at = buffer.AsSpan(searchFrom, length - searchFrom).IndexOf("\r\n\r\n"u8);
            var head = buffer.AsMemory(0, at < 0 ? length : searchFrom + at + 4);
            if (IsNoHttp(head.Span, expected.Span))
                return NotHttp(head.Span);
            if (at >= 0)
                return Parsed(head.Span, buffer.AsMemory(head.Length, length - head.Length));
        }
    }

    private static bool IsNoHttp(ReadOnlySpan<byte> head, ReadOnlySpan<byte> expected) =>
        HttpSyntax.IsNoHttp(head)
        || !head[..Math.Min(head.Length, expected.Length)]
            .SequenceEqual(expected[..Math.Min(head.Length, expected.Length)]);

    private static HttpHeadRead Ended(int length) =>
        length == 0
            ? new HttpHeadRead(HttpHeadProblem.Silent, "it closed the connection without a word")
            : new HttpHeadRead(HttpHeadProblem.Malformed, "it closed the connection in the middle of its head");

    private static HttpHeadRead NotHttp(ReadOnlySpan<byte> head) =>
        head[0] is 0x15 or 0x16 && (head.Length < 2 || head[1] == 3)
            ? new HttpHeadRead(HttpHeadProblem.NotHttp, "it speaks TLS")
            : new HttpHeadRead(HttpHeadProblem.NotHttp, "it does not speak HTTP");

    private static HttpHeadRead Parsed(ReadOnlySpan<byte> head, ReadOnlyMemory<byte> leftOver) =>
        HttpHead.Parse(head, out var problem) is { } parsed
            ? new HttpHeadRead(HttpHeadProblem.None, "") { Head = parsed, LeftOver = leftOver }
            : new HttpHeadRead(HttpHeadProblem.Malformed, problem!);
}
