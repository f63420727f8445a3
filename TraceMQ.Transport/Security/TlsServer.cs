using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Security;

/// <summary>Our side of TLS where we listen. With <c>tls.ca_file</c>, clients must present a certificate of one of its authorities.</summary>
internal sealed class TlsServer
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly TlsOptions _options;
    private readonly X509Certificate2Collection? _authorities;
    private readonly SslStreamCertificateContext _identity;

    private TlsServer(TlsOptions options, X509Certificate2Collection? authorities, TlsIdentity identity)
    {
        _options = options;
        _authorities = authorities;
        _identity = SslStreamCertificateContext.Create(identity.Leaf, identity.Chain, offline: true);
        Certificate = PeerCertificate.Of(identity.Leaf);
    }

    /// <summary>What our certificate says.</summary>
    public PeerCertificate Certificate { get; }

    /// <summary>True where clients need a certificate.</summary>
    public bool WantsClientCertificate => _authorities is not null;

    /// <summary>Reads the files.</summary>
    /// <exception cref="TransportException">A file cannot be used.</exception>
    public static TlsServer Load(TlsOptions options)
    {
        var authorities = options.CaFile is null ? null : CertificateFiles.LoadAuthorities(options.CaFile);
        var identity = CertificateFiles.LoadIdentityForTcp(options);
        return new TlsServer(options, authorities, identity);
    }

    /// <summary>Does the handshake on an accepted stream, which the result owns; on failure it is disposed.</summary>
    /// <param name="inner">The stream.</param>
    /// <param name="peer">The client's address, for sentences.</param>
    /// <param name="applicationProtocols">The names that we know (ALPN, RFC 7301); empty: whatever the client offers is ignored.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">It failed.</exception>
    public async Task<SecureStream> AuthenticateAsync(
        Stream inner,
        string peer,
        IReadOnlyList<string> applicationProtocols,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var stream = new SslStream(inner);
        var check = new PeerCheck($"the client {peer}", "", isPeerServer: false, WantsClientCertificate, time)
        {
            IsUnasked = !WantsClientCertificate,
        };
        using var timeout = new CancellationTokenSource(s_patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await stream
                .AuthenticateAsServerAsync(ToOptions(applicationProtocols, check), both.Token)
                .ConfigureAwait(false);
            return new SecureStream(stream, check.PeerOf(stream), peer, OwnCertificate.Shown, isClient: false);
        }
        catch (Exception exception)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (!TlsFailures.IsExpected(exception))
                throw;
            cancellationToken.ThrowIfCancellationRequested();
            if (check.Problem is { } problem)
                throw new TransportException(FailureKind.Tls, problem, exception);
            throw timeout.IsCancellationRequested
                ? TlsFailures.TimedOut($"The client {peer}", s_patience, exception)
                : TlsFailures.OfServer(peer, exception);
        }
    }

    private SslServerAuthenticationOptions ToOptions(IReadOnlyList<string> protocols, PeerCheck check)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = _identity,
            EnabledSslProtocols = PeerCheck.Versions(_options),
            ClientCertificateRequired = WantsClientCertificate,
            // A resumed session comes without the client's intermediates, and could not be checked.
            AllowTlsResume = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = check.Validate,
        };
        if (_authorities is not null)
            options.CertificateChainPolicy = TrustPolicy.Of(_authorities, isPeerServer: false, check.Now);
        if (protocols.Count > 0)
            options.ApplicationProtocols = [.. protocols.Select(item => new SslApplicationProtocol(item))];
        return options;
    }
}
