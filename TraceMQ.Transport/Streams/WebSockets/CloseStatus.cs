namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>How a connection ended.</summary>
/// <param name="Code">As in RFC 6455, section 7.4: 1005 where the peer gave none, 1006 where the connection ended without a close frame.</param>
/// <param name="Reason">The peer's or our words; untrusted where the peer's; often empty.</param>
/// <param name="IsByPeer">The peer began it.</param>
internal sealed record CloseStatus(int Code, string Reason, bool IsByPeer)
{
    /// <summary>Both sides said goodbye.</summary>
    public bool IsClean => Code != CloseCodes.Abnormal;

    /// <summary>The code in words, with the reason where there is one: <c>going away (1001): restart</c>.</summary>
    public override string ToString() =>
        Reason.Length == 0 ? CloseCodes.InWords(Code) : $"{CloseCodes.InWords(Code)}: {Reason}";
}
