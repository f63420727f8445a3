using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TraceMQ.Transport.Security;

/// <summary>Says in a sentence what is wrong with a peer's certificate, and what to change.</summary>
internal static class CertificateCheck
{
    private const int MostIssuers = 20;
    private const int MostNames = 5;

    /// <summary>Checks a chain as TLS does, for handshakes that the framework does not do itself (DTLS).</summary>
    /// <param name="certificates">The peer's certificate and the issuers that it sent, in DER.</param>
    /// <param name="authorities">Whom to trust; null: the system's.</param>
    /// <param name="name">The name that a server's certificate must have; null: not checked.</param>
    /// <param name="peer">Who it is, for the sentence: <c>broker.example.com:8883</c>.</param>
    /// <param name="isPeerServer">Whether the peer is a server or a client.</param>
    /// <param name="now">The time to check for.</param>
    /// <returns>What is wrong; null where nothing is.</returns>
    public static string? Verify(
        IReadOnlyList<byte[]> certificates,
        X509Certificate2Collection? authorities,
        string? name,
        string peer,
        bool isPeerServer,
        DateTimeOffset now
    )
    {
        if (certificates.Count == 0)
            return Missing(peer, isPeerServer);
        try
        {
            using var leaf = X509CertificateLoader.LoadCertificate(certificates[0]);
            using var chain = new X509Chain { ChainPolicy = TrustPolicy.Of(authorities, isPeerServer, now) };
            foreach (var der in certificates.Skip(1).Take(MostIssuers))
                chain.ChainPolicy.ExtraStore.Add(X509CertificateLoader.LoadCertificate(der));
            var errors = chain.Build(leaf) ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateChainErrors;
            if (name is not null && !leaf.MatchesHostname(name, allowCommonName: false))
                errors |= SslPolicyErrors.RemoteCertificateNameMismatch;
            return Explain(leaf, chain, errors, name ?? "", peer, isPeerServer, authorities is not null, now);
        }
        catch (CryptographicException)
        {
            return Damaged(peer);
        }
    }

    /// <summary>The sentence for what a check found; null where it found nothing.</summary>
    public static string? Explain(
        X509Certificate2? certificate,
        X509Chain? chain,
        SslPolicyErrors errors,
        string name,
        string peer,
        bool isPeerServer,
        bool hasOwnAuthorities,
        DateTimeOffset now
    )
    {
        if (errors == SslPolicyErrors.None)
            return null;
        if (certificate is null)
            return Missing(peer, isPeerServer);
        var leaf = PeerCertificate.Of(certificate);
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && chain is not null)
            return OfChain(certificate, chain, leaf, peer, isPeerServer, hasOwnAuthorities, now);
        var names = leaf.Names.Count == 0 ? "no name at all" : leaf.NamesText(MostNames);
        return $"The certificate of {peer} is for {names}, not for \"{name}\": connect by a name that it has, or set tls.server_name to the one that is meant.";
    }

    /// <summary>The sentence for a certificate that cannot be read.</summary>
    public static string Damaged(string peer) => $"The certificate of {peer} cannot be read: it is damaged.";

    private static string Missing(string peer, bool isPeerServer) =>
        isPeerServer
            ? $"{peer} showed no certificate: it cannot be told who it is."
            : $"{peer} showed no client certificate: it needs one of the authorities in tls.ca_file.";

    private static string OfChain(
        X509Certificate2 certificate,
        X509Chain chain,
        PeerCertificate leaf,
        string peer,
        bool isPeerServer,
        bool hasOwnAuthorities,
        DateTimeOffset now
    )
    {
        var flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        var last = chain.ChainElements.Count > 0 ? PeerCertificate.Of(chain.ChainElements[^1].Certificate) : leaf;
        var trusted = hasOwnAuthorities ? "the authorities in tls.ca_file" : "the system's authorities";
        if (flags.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return OutOfTime(chain, leaf, peer, now);
        if (flags.HasFlag(X509ChainStatusFlags.UntrustedRoot) && TrustPolicy.IsSelfIssued(certificate))
            return $"The certificate of {peer} (\"{leaf.Subject}\") is signed by itself and not trusted here: if you know that it is the right one, set tls.ca_file to it.";
        if (flags.HasFlag(X509ChainStatusFlags.UntrustedRoot))
            return $"The certificate of {peer} comes from \"{last.Subject}\", which is not among {trusted}: set tls.ca_file to that authority's certificate, if you trust it.";
        if (flags.HasFlag(X509ChainStatusFlags.PartialChain))
            return $"The certificate of {peer} comes from \"{last.Issuer}\", which it did not send and which is not among {trusted}: {(hasOwnAuthorities ? "add that authority to tls.ca_file" : "set tls.ca_file to that authority's certificate")}, or have the {(isPeerServer ? "server" : "client")} send its intermediate certificates.";
        if (flags.HasFlag(X509ChainStatusFlags.NotValidForUsage))
            return $"The certificate of {peer} (\"{leaf.Subject}\") is not one for a {(isPeerServer ? "server" : "client")}: it lacks that extended key usage.";
        var first = chain.ChainStatus.FirstOrDefault(status => status.Status != X509ChainStatusFlags.NoError);
        return $"The certificate of {peer} (\"{leaf.Subject}\") cannot be trusted: {first.StatusInformation.TrimEnd('.', ' ', '\n')} ({first.Status}).";
    }

    private static string OutOfTime(X509Chain chain, PeerCertificate leaf, string peer, DateTimeOffset now)
    {
        var outOfTime = chain
            .ChainElements.Select(element => PeerCertificate.Of(element.Certificate))
            .FirstOrDefault(item => now < item.NotBefore || now > item.NotAfter, leaf);
        var which = outOfTime.Subject == leaf.Subject ? "" : $" has an issuer, \"{outOfTime.Subject}\", that";
        return now < outOfTime.NotBefore
            ? $"The certificate of {peer}{which} is not valid before {Day(outOfTime.NotBefore)}: check the clock of this machine ({Day(now)}), or wait."
            : $"The certificate of {peer}{which} expired on {Day(outOfTime.NotAfter)}, {Ago(now - outOfTime.NotAfter)}: it has to be renewed there.";
    }

    private static string Ago(TimeSpan since) =>
        (int)since.TotalDays switch
        {
            0 => "less than a day ago",
            1 => "a day ago",
            var days => string.Create(CultureInfo.InvariantCulture, $"{days} days ago"),
        };

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
