using System.Security.Cryptography.X509Certificates;

namespace TraceMQ.Transport.Security;

/// <summary>Our certificate with its key, and the certificates between it and its root.</summary>
internal sealed class TlsIdentity
{
    /// <param name="leaf">The certificate.</param>
    /// <param name="chain">Its issuers.</param>
    /// <param name="privateKey">The key, PKCS#8.</param>
    public TlsIdentity(X509Certificate2 leaf, X509Certificate2Collection chain, byte[] privateKey)
    {
        Leaf = leaf;
        Chain = chain;
        PrivateKey = privateKey;
    }

    /// <summary>The certificate; it has its private key attached unless <see cref="IsEd25519"/>.</summary>
    public X509Certificate2 Leaf { get; }

    /// <summary>Its issuers, as far as the file has them.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>The key as PKCS#8 (RFC 5958) in DER, not encrypted, for libraries that do TLS themselves.</summary>
    public byte[] PrivateKey { get; }

    /// <summary>The certificate and its issuers in DER, in the order in which they are shown to a peer.</summary>
    public IReadOnlyList<byte[]> Certificates => [Leaf.RawData, .. Chain.Select(issuer => issuer.RawData)];

    /// <summary>True for a key that TLS over TCP cannot use here, though DTLS can.</summary>
    public bool IsEd25519 => PrivateKeys.IsEd25519(Leaf);
}
