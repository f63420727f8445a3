using System.Diagnostics.CodeAnalysis;

namespace TraceMQ.Transport.Streams.Http;

/// <summary>A head that was read, or why there is none.</summary>
/// <param name="Problem">Why there is none.</param>
/// <param name="Text">The same as half a sentence about the peer: <c>it does not speak HTTP</c>.</param>
internal sealed record HttpHeadRead(HttpHeadProblem Problem, string Text)
{
    /// <summary>The head; null where there is a problem.</summary>
    public HttpHead? Head { get; init; }

    /// <summary>What was read after the head.</summary>
    public ReadOnlyMemory<byte> LeftOver { get; init; }

    /// <summary>True where there is a head.</summary>
    [MemberNotNullWhen(true, nameof(Head))]
    public bool IsHead => Head is not null;
}
