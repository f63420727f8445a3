using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TraceMQ.Transport.Security;

/// <summary>How a peer's chain is checked. Nothing is downloaded: a check neither waits for a third party nor tells it who connects.</summary>
internal static class TrustPolicy
{
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    /// <summary>A policy that trusts the given authorities, or the system's where none are given.</summary>
    /// <param name="authorities">Roots and intermediates; null: the system's.</param>
    /// <param name="isPeerServer">Whether the peer's certificate must be one of a server or of a client (RFC 5280, 4.2.1.12).</param>
    /// <param name="now">When it has to be valid.</param>
    public static X509ChainPolicy Of(X509Certificate2Collection? authorities, bool isPeerServer, DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = now.LocalDateTime,
        };
        policy.ApplicationPolicy.Add(new Oid(isPeerServer ? ServerUsage : ClientUsage));
        if (authorities is null)
            return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        foreach (var authority in authorities)
        {
            if (IsSelfIssued(authority))
                policy.CustomTrustStore.Add(authority);
            else
                policy.ExtraStore.Add(authority);
        }

        return policy;
    }

    public static bool IsSelfIssued(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
