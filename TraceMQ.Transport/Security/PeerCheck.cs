using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TraceMQ.Transport.Security;

/// <summary>Sees the peer's certificate during one handshake: keeps what it says, and what is wrong with it.</summary>
internal sealed class PeerCheck
{
    private readonly string _peer;
    private readonly string _name;
    private readonly bool _isPeerServer;
    private readonly bool _hasOwnAuthorities;
    private IReadOnlyList<PeerCertificate> _chain = [];

    /// <param name="peer">Who it is, for sentences.</param>
    /// <param name="name">The name that a server must have.</param>
    /// <param name="isPeerServer">Whether the peer is a server or a client.</param>
    /// <param name="hasOwnAuthorities">Whether tls.ca_file says whom to trust.</param>
    /// <param name="time">The clock.</param>
    public PeerCheck(string peer, string name, bool isPeerServer, bool hasOwnAuthorities, TimeProvider time)
    {
        _peer = peer;
        _name = name;
        _isPeerServer = isPeerServer;
        _hasOwnAuthorities = hasOwnAuthorities;
        Now = time.GetUtcNow();
    }

    /// <summary>When the handshake takes place.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Accept whatever the peer shows.</summary>
    public bool IsSkipped { get; init; }

    /// <summary>Nobody asked the peer for a certificate: what it shows nevertheless is not looked at.</summary>
    public bool IsUnasked { get; init; }

    /// <summary>True where the server asked for our certificate.</summary>
    public bool IsAskedForCertificate { get; set; }

    /// <summary>What is wrong with the certificate, in a sentence; null where nothing is, or nobody asked.</summary>
    public string? Problem { get; private set; }

    /// <summary>The versions that we accept.</summary>
    public static SslProtocols Versions(TlsOptions options) =>
        options.IsVersion13Required ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13;

    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (IsUnasked)
            return true;
        try
        {
            return Look(certificate as X509Certificate2, chain, errors);
        }
        catch (CryptographicException)
        {
            Problem = CertificateCheck.Damaged(_peer);
            return false;
        }
    }

    private bool Look(X509Certificate2? leaf, X509Chain? chain, SslPolicyErrors errors)
    {
        _chain =
            chain is { ChainElements.Count: > 0 }
                ? [.. chain.ChainElements.Select(element => PeerCertificate.Of(element.Certificate))]
            : leaf is null ? []
            : [PeerCertificate.Of(leaf)];
        if (IsSkipped)
            return true;
        Problem = CertificateCheck.Explain(leaf, chain, errors, _name, _peer, _isPeerServer, _hasOwnAuthorities, Now);
        return Problem is null;
    }

    /// <summary>What the handshake agreed on.</summary>
    public TlsPeer PeerOf(SslStream stream) =>
        new()
        {
            Version = TlsPeer.VersionName(stream.SslProtocol),
            CipherSuite = stream.NegotiatedCipherSuite.ToString(),
            ApplicationProtocol = stream.NegotiatedApplicationProtocol.ToString(),
            Chain = _chain,
            IsVerified = !IsSkipped,
        };
}
