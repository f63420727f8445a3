using System.Net;
using System.Text;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;

namespace TraceMQ.Transport.Security.Dtls;

/// <summary>What we say in a handshake as a client. The library's own client for pre-shared keys has none of the suites that CoAP demands.</summary>
internal sealed class DtlsClientSide : AbstractTlsClient, TlsAuthentication
{
    private readonly DtlsOptions _options;
    private readonly DtlsCredentials? _credentials;
    private readonly DtlsPeerCheck _check;
    private readonly string _name;

    public DtlsClientSide(
        TlsCrypto crypto,
        DtlsOptions options,
        DtlsCredentials? credentials,
        DtlsPeerCheck check,
        string name
    )
        : base(crypto)
    {
        _options = options;
        _credentials = credentials;
        _check = check;
        _name = name;
    }

    /// <summary>The alert that came; null: none.</summary>
    public short? Alert { get; private set; }

    /// <summary>The agreed suite.</summary>
    public string Suite { get; private set; } = "";

    /// <summary>True where the server wanted a certificate and we have none.</summary>
    public bool IsCertificateMissing { get; private set; }

    public override int GetHandshakeTimeoutMillis() => (int)_options.Patience.TotalMilliseconds;

    public override int GetHandshakeResendTimeMillis() => (int)_options.ResendAfter.TotalMilliseconds;

    public override TlsAuthentication GetAuthentication() => this;

    public override TlsPskIdentity? GetPskIdentity() =>
        _options.Key is { } key ? new BasicTlsPskIdentity(Encoding.UTF8.GetBytes(key.Identity), key.Copy()) : null;

    public override void NotifyAlertReceived(short alertLevel, short alertDescription) => Alert = alertDescription;

    public override void NotifyHandshakeComplete()
    {
        base.NotifyHandshakeComplete();
        Suite = DtlsSuites.NameOf(m_context.SecurityParameters.CipherSuite);
    }

    public void NotifyServerCertificate(TlsServerCertificate serverCertificate) =>
        _check.Look(serverCertificate.Certificate);

    public TlsCredentials? GetClientCredentials(CertificateRequest certificateRequest)
    {
        IsCertificateMissing = _credentials is null;
        return _credentials?.Signer(m_context, certificateRequest.SupportedSignatureAlgorithms);
    }

    protected override ProtocolVersion[] GetSupportedVersions() => ProtocolVersion.DTLSv12.Only();

    protected override int[] GetSupportedCipherSuites() => DtlsSuites.OfClient(Crypto, _options.Key is not null);

    // An address is no name (RFC 6066, 3).
    protected override IList<ServerName>? GetSniServerNames() =>
        IPAddress.TryParse(_name, out _) ? null : [new ServerName(NameType.host_name, Encoding.ASCII.GetBytes(_name))];
}
