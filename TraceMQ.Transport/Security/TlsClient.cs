using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Security;

/// <summary>Our side of TLS where we connect: the files of a profile, read for one connection, so that a renewed certificate is found.</summary>
internal sealed class TlsClient
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly TlsOptions _options;
    private readonly X509Certificate2Collection? _authorities;
    private readonly TlsIdentity? _identity;

    private TlsClient(TlsOptions options, X509Certificate2Collection? authorities, TlsIdentity? identity)
    {
        _options = options;
        _authorities = authorities;
        _identity = identity;
    }

    /// <summary>Reads the files.</summary>
    /// <exception cref="TransportException">A file cannot be used.</exception>
    public static TlsClient Load(TlsOptions options)
    {
        var authorities = options.CaFile is null ? null : CertificateFiles.LoadAuthorities(options.CaFile);
        var identity = options.CertificateFile is null ? null : CertificateFiles.LoadIdentityForTcp(options);
        return new TlsClient(options, authorities, identity);
    }

    /// <summary>Does the handshake on a connected stream, which the result owns; on failure it is disposed.</summary>
    /// <param name="inner">The stream.</param>
    /// <param name="endpoint">Whom it leads to.</param>
    /// <param name="applicationProtocols">The names to offer (ALPN, RFC 7301); empty: none.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">It failed.</exception>
    public async Task<SecureStream> AuthenticateAsync(
        Stream inner,
        Endpoint endpoint,
        IReadOnlyList<string> applicationProtocols,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var stream = new SslStream(inner);
        var name = _options.ServerName ?? endpoint.Host;
        var check = new PeerCheck(endpoint.Address, name, isPeerServer: true, _authorities is not null, time)
        {
            IsSkipped = _options.SkipVerify,
        };
        using var timeout = new CancellationTokenSource(s_patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await stream
                .AuthenticateAsClientAsync(ToOptions(name, applicationProtocols, check), both.Token)
                .ConfigureAwait(false);
            return new SecureStream(stream, check.PeerOf(stream), endpoint.Address, Own(check), isClient: true);
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
                ? TlsFailures.TimedOut(endpoint.Address, s_patience, exception)
                : TlsFailures.OfClient(endpoint, Own(check), exception);
        }
    }

    private OwnCertificate Own(PeerCheck check) =>
        _identity is not null ? OwnCertificate.Shown
        : check.IsAskedForCertificate ? OwnCertificate.Missing
        : OwnCertificate.Unneeded;

    private SslClientAuthenticationOptions ToOptions(string name, IReadOnlyList<string> protocols, PeerCheck check)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = name,
            EnabledSslProtocols = PeerCheck.Versions(_options),
            // Whoever looks into a connection wants to see the whole handshake.
            AllowTlsResume = false,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            CertificateChainPolicy = TrustPolicy.Of(_authorities, isPeerServer: true, check.Now),
            RemoteCertificateValidationCallback = check.Validate,
        };
        // Asked a second time, with the server's certificate, when the server wants ours.
        if (_identity is null)
            options.LocalCertificateSelectionCallback = (_, _, _, server, _) =>
            {
                check.IsAskedForCertificate |= server is not null;
                return null!;
            };
        if (protocols.Count > 0)
            options.ApplicationProtocols = [.. protocols.Select(item => new SslApplicationProtocol(item))];
        if (_identity is not null)
            options.ClientCertificateContext = SslStreamCertificateContext.Create(
                _identity.Leaf,
                _identity.Chain,
                offline: true
            );
        return options;
    }
}
