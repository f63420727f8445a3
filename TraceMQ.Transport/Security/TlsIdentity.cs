using System.Security.Cryptography.X509Certificates;

namespace TraceMQ.Transport.Security;

/// <summary>Our certificate with its key, and the certificates between it and its root.</summary>
/// <param name="Leaf">The certificate; it has its private key.</param>
/// <param name="Chain">Its issuers, as far as the file has them.</param>
internal sealed record TlsIdentity(X509Certificate2 Leaf, X509Certificate2Collection Chain)
{
    private const string Ed25519 = "1.3.101.112";

    /// <summary>True for a key that TLS over TCP cannot use here, though DTLS can.</summary>
    public bool IsEd25519 => Leaf.PublicKey.Oid.Value == Ed25519;
}
