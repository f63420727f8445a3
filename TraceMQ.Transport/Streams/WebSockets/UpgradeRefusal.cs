using TraceMQ.Transport.Streams.Http;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>What a client gets that asks wrongly.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Reason">The status in words.</param>
/// <param name="Sentence">What is wrong and how it would be right.</param>
internal sealed record UpgradeRefusal(int Status, string Reason, string Sentence)
{
    /// <summary>The headers that the status asks for.</summary>
    public IReadOnlyList<Header> Headers { get; init; } = [];

    /// <summary>False where an answer would reach nobody, or nobody who reads HTTP.</summary>
    public bool IsAnswered { get; init; } = true;

    /// <summary>400.</summary>
    public static UpgradeRefusal Bad(string sentence) => new(400, "Bad Request", sentence);

    /// <summary>What a client gets whose head could not be read.</summary>
    public static UpgradeRefusal Of(HttpHeadRead read) =>
        read.Problem switch
        {
            HttpHeadProblem.TooLarge => new UpgradeRefusal(431, "Request Header Fields Too Large", Words(read)),
            HttpHeadProblem.Silent or HttpHeadProblem.NotHttp => Bad(Words(read)) with { IsAnswered = false },
            _ => Bad(Words(read)),
        };

    private static string Words(HttpHeadRead read) =>
        $"the request cannot be read, {read.Text}.".Replace("its head", "the head", StringComparison.Ordinal);
}
