using System.Text;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;

namespace TraceMQ.Transport.Security.Dtls;

/// <summary>What we say in a handshake as a server, to one client.</summary>
internal sealed class DtlsServerSide : AbstractTlsServer, TlsPskIdentityManager
{
    private readonly DtlsOptions _options;
    private readonly DtlsCredentials? _credentials;
    private readonly DtlsPeerCheck? _check;

    /// <param name="crypto">The library's cryptography.</param>
    /// <param name="options">What a handshake needs.</param>
    /// <param name="credentials">Our certificate; null: pre-shared keys only.</param>
    /// <param name="check">Checks the client's certificate; null: none is asked for.</param>
    public DtlsServerSide(TlsCrypto crypto, DtlsOptions options, DtlsCredentials? credentials, DtlsPeerCheck? check)
        : base(crypto)
    {
        _options = options;
        _credentials = credentials;
        _check = check;
    }

    /// <summary>The alert that came; null: none.</summary>
    public short? Alert { get; private set; }

    /// <summary>The agreed suite.</summary>
    public string Suite { get; private set; } = "";

    /// <summary>The identity that the client gave; untrusted until the handshake is over.</summary>
    public string? Identity { get; private set; }

    /// <summary>True where we have no key for that identity.</summary>
    public bool IsIdentityUnknown { get; private set; }

    public override int GetHandshakeTimeoutMillis() => (int)_options.Patience.TotalMilliseconds;

    public override int GetHandshakeResendTimeMillis() => (int)_options.ResendAfter.TotalMilliseconds;

    public override TlsPskIdentityManager? GetPskIdentityManager() => _options.Key is null ? null : this;

    public byte[] GetHint() => [];

    public byte[]? GetPsk(byte[] identity)
    {
        Identity = Encoding.UTF8.GetString(identity);
        IsIdentityUnknown =
            _options.Key is not { } key || !string.Equals(key.Identity, Identity, StringComparison.Ordinal);
        return IsIdentityUnknown ? null : _options.Key!.Copy();
    }

    public override TlsCredentials? GetCredentials() =>
        m_context.SecurityParameters.KeyExchangeAlgorithm
            is KeyExchangeAlgorithm.PSK
                or KeyExchangeAlgorithm.ECDHE_PSK
                or KeyExchangeAlgorithm.DHE_PSK
            ? null
            : _credentials?.Signer(m_context, m_context.SecurityParameters.ClientSigAlgs)
                ?? throw new TlsFatalAlert(AlertDescription.handshake_failure);

    public override CertificateRequest? GetCertificateRequest() =>
        _check is null
            ? null
            : new CertificateRequest(
                [ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign],
                TlsUtilities.GetDefaultSupportedSignatureAlgorithms(m_context),
                certificateAuthorities: null
            );

    public override void NotifyClientCertificate(Certificate clientCertificate) => _check?.Look(clientCertificate);

    public override void NotifyAlertReceived(short alertLevel, short alertDescription) => Alert = alertDescription;

    public override void NotifyHandshakeComplete()
    {
        base.NotifyHandshakeComplete();
        Suite = DtlsSuites.NameOf(m_context.SecurityParameters.CipherSuite);
    }

    protected override ProtocolVersion[] GetSupportedVersions() => ProtocolVersion.DTLSv12.Only();

    protected override int[] GetSupportedCipherSuites() =>
        DtlsSuites.OfServer(Crypto, _options.Key is not null, _credentials);
}
