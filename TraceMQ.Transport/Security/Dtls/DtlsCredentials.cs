using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace TraceMQ.Transport.Security.Dtls;

/// <summary>Our certificate with its key, in the form that the library takes.</summary>
internal sealed class DtlsCredentials
{
    private readonly BcTlsCrypto _crypto;
    private readonly Certificate _certificate;
    private readonly AsymmetricKeyParameter _key;

    private DtlsCredentials(BcTlsCrypto crypto, TlsIdentity identity)
    {
        _crypto = crypto;
        _certificate = new Certificate([
            .. identity.Certificates.Select(der => (TlsCertificate)new BcTlsCertificate(crypto, der)),
        ]);
        _key = PrivateKeyFactory.CreateKey(identity.PrivateKey);
        Leaf = PeerCertificate.Of(identity.Leaf);
    }

    /// <summary>What our certificate says.</summary>
    public PeerCertificate Leaf { get; }

    public bool IsRsa => _key is RsaKeyParameters;

    private short Algorithm =>
        _key switch
        {
            RsaKeyParameters => SignatureAlgorithm.rsa,
            Ed25519PrivateKeyParameters => SignatureAlgorithm.ed25519,
            _ => SignatureAlgorithm.ecdsa,
        };

    /// <summary>Reads the files; null where there are none.</summary>
    /// <exception cref="TransportException">A file cannot be used.</exception>
    public static DtlsCredentials? Load(BcTlsCrypto crypto, TlsOptions options) =>
        options.CertificateFile is null ? null : new DtlsCredentials(crypto, CertificateFiles.LoadIdentity(options));

    /// <summary>Signs with an algorithm that fits the key and that the peer takes.</summary>
    /// <returns>Null where there is none.</returns>
    public TlsCredentialedSigner? Signer(TlsContext context, IList<SignatureAndHashAlgorithm>? taken)
    {
        var all = taken ?? TlsUtilities.GetDefaultSignatureAlgorithms(Algorithm);
        var chosen = all.FirstOrDefault(item =>
            item.Signature == Algorithm
            && (
                Algorithm == SignatureAlgorithm.ed25519
                || item.Hash is HashAlgorithm.sha256 or HashAlgorithm.sha384 or HashAlgorithm.sha512
            )
        );
        return chosen is null
            ? null
            : new BcDefaultTlsCredentialedSigner(new TlsCryptoParameters(context), _crypto, _key, _certificate, chosen);
    }
}
