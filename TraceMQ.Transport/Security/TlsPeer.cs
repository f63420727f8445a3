using System.Security.Authentication;

namespace TraceMQ.Transport.Security;

/// <summary>What a TLS handshake agreed on, and who the peer showed to be.</summary>
internal sealed record TlsPeer
{
    private const int SoonDays = 14;

    /// <summary>The version: <c>TLS 1.3</c>.</summary>
    public required string Version { get; init; }

    /// <summary>The cipher suite's registered name.</summary>
    public required string CipherSuite { get; init; }

    /// <summary>The protocol that was agreed on by ALPN; empty: none.</summary>
    public string ApplicationProtocol { get; init; } = "";

    /// <summary>The peer's certificate and its issuers, as far as they are known; empty where it showed none.</summary>
    public required IReadOnlyList<PeerCertificate> Chain { get; init; }

    /// <summary>False where the certificate was accepted without a check.</summary>
    public required bool IsVerified { get; init; }

    /// <summary>On one line.</summary>
    public string Summary(DateTimeOffset now) =>
        $"{Version}, {CipherSuite}"
        + (IsVerified ? "" : ", certificate not verified")
        + (Chain.Count == 0 ? "" : $", {Chain[0].Summary(now)}");

    /// <summary>For the connection card.</summary>
    public IReadOnlyList<Fact> Facts(DateTimeOffset now)
    {
        var facts = new List<Fact> { new("encryption", $"{Version}, {CipherSuite}") };
        if (!IsVerified)
            facts.Add(
                new Fact(
                    "not verified",
                    "tls.insecure_skip_verify is set: anyone on the way can read and change everything"
                )
                {
                    Tone = FactTone.Alarm,
                }
            );
        if (ApplicationProtocol.Length > 0)
            facts.Add(new Fact("application protocol", ApplicationProtocol));
        for (var i = 0; i < Chain.Count; i++)
        {
            var isLeaf = i == 0;
            facts.Add(
                new Fact(isLeaf ? "certificate" : "issued by", Chain[i].Summary(now))
                {
                    Tone = (Chain[i].NotAfter - now).TotalDays < SoonDays ? FactTone.Warning : FactTone.Normal,
                }
            );
        }

        if (Chain.Count > 0 && Chain[0].Names.Count > 0)
            facts.Add(new Fact("certificate names", Chain[0].NamesText(int.MaxValue)));
        if (Chain.Count > 0 && Chain[^1].Issuer != Chain[^1].Subject)
            facts.Add(new Fact("issued by", $"{Chain[^1].Issuer} (not shown by the peer)"));
        return facts;
    }

    public static string VersionName(SslProtocols version) =>
        version switch
        {
            SslProtocols.Tls13 => "TLS 1.3",
            SslProtocols.Tls12 => "TLS 1.2",
            _ => version.ToString(),
        };
}
