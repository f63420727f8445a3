namespace TraceMQ.Transport.Security.Dtls;

/// <summary>What a handshake of DTLS needs. Nothing is read from files yet.</summary>
/// <param name="Tls">Certificates and whom to trust.</param>
/// <param name="Key">The pre-shared key; null: certificates only.</param>
internal sealed record DtlsOptions(TlsOptions Tls, DtlsKey? Key)
{
    /// <summary>How long a handshake may take, in real time: the library has its own clock.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>After what time an unanswered flight is sent again for the first time; doubled each time (RFC 6347, 4.2.4.1).</summary>
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Most clients of a listener at a time; the one that was silent for longest makes room.</summary>
    public int MaximumSessions { get; init; } = 256;
}
