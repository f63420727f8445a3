namespace TraceMQ.Transport.Streams.Http;

/// <summary>Why there is no head.</summary>
internal enum HttpHeadProblem
{
    /// <summary>There is one.</summary>
    None,

    /// <summary>The peer closed the connection and had sent nothing.</summary>
    Silent,

    /// <summary>What came is another protocol.</summary>
    NotHttp,

    /// <summary>It breaks the grammar, or broke off.</summary>
    Malformed,

    /// <summary>It is larger than the limit.</summary>
    TooLarge,
}
