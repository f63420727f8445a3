using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Org.BouncyCastle.Tls;

namespace TraceMQ.Transport.Security.Dtls;

/// <summary>Checks the peer's certificate during one handshake, and keeps what it says and what is wrong with it.</summary>
internal sealed class DtlsPeerCheck
{
    private const int MostCertificates = 20;
    private readonly string _peer;
    private readonly string? _name;
    private readonly bool _isPeerServer;
    private readonly X509Certificate2Collection? _authorities;
    private readonly TimeProvider _time;

    /// <param name="peer">Who it is, for sentences.</param>
    /// <param name="name">The name that a server must have; null for a client.</param>
    /// <param name="authorities">Whom to trust; null: the system's.</param>
    /// <param name="time">The clock.</param>
    public DtlsPeerCheck(string peer, string? name, X509Certificate2Collection? authorities, TimeProvider time)
    {
        _peer = peer;
        _name = name;
        _isPeerServer = name is not null;
        _authorities = authorities;
        _time = time;
    }

    /// <summary>Accept whatever the peer shows.</summary>
    public bool IsSkipped { get; init; }

    /// <summary>What is wrong with it, in a sentence; null where nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>What the peer showed.</summary>
    public IReadOnlyList<PeerCertificate> Chain { get; private set; } = [];

    /// <summary>Takes what the peer shows.</summary>
    /// <exception cref="TlsFatalAlert">It is not accepted.</exception>
    public void Look(Certificate? certificate)
    {
        IReadOnlyList<byte[]> shown = certificate is null
            ? []
            : [.. certificate.GetCertificateList().Take(MostCertificates).Select(item => item.GetEncoded())];
        Chain = Read(shown);
        if (IsSkipped)
            return;
        Problem = CertificateCheck.Verify(shown, _authorities, _name, _peer, _isPeerServer, _time.GetUtcNow());
        if (Problem is not null)
            throw new TlsFatalAlert(AlertDescription.bad_certificate);
    }

    private static IReadOnlyList<PeerCertificate> Read(IReadOnlyList<byte[]> shown)
    {
        try
        {
            return
            [
                .. shown.Select(der =>
                {
                    using var certificate = X509CertificateLoader.LoadCertificate(der);
                    return PeerCertificate.Of(certificate);
                }),
            ];
        }
        catch (CryptographicException)
        {
            // The check that follows says so.
            return [];
        }
    }
}
