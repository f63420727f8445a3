using Org.BouncyCastle.Tls;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Security.Dtls;

/// <summary>What a failed handshake of DTLS means: how far it came, and what to do.</summary>
internal static class DtlsFailures
{
    /// <summary>Our handshake with a server failed.</summary>
    public static TransportException OfClient(
        string peer,
        DtlsOptions options,
        DtlsClientSide side,
        DtlsPeerCheck check,
        DtlsProgress progress,
        IOException exception
    )
    {
        if (check.Problem is { } problem)
            return new TransportException(FailureKind.Tls, problem, exception);
        if (side.Alert is { } alert)
            return OfAlert(peer, options, side, alert, exception);
        if (exception is not TlsTimeoutException)
            return new TransportException(
                FailureKind.Tls,
                $"The DTLS handshake with {peer} failed{After(progress)}: what came is not what the protocol allows ({exception.Message.TrimEnd('.')}).",
                exception
            );
        var patience = Quantity.Format(options.Patience);
        if (progress.LastReceived is null)
            return new TransportException(
                FailureKind.TimedOut,
                $"Nothing came back from {peer} within {patience}: check the address, the firewalls on the way, and whether it speaks DTLS at that port.",
                exception
            );
        if (progress.IsLastFlightSent)
            return new TransportException(
                FailureKind.TimedOut,
                options.Key is null
                    ? $"{peer} took part in the DTLS handshake, but left our last flight unanswered for {patience}: it may not accept our certificate (tls.certificate_file)."
                    : $"{peer} took part in the DTLS handshake, but left our last flight unanswered for {patience}: the pre-shared key or its identity is probably wrong.",
                exception
            );
        return new TransportException(
            FailureKind.TimedOut,
            $"The DTLS handshake with {peer} stopped{After(progress)}, and nothing more came within {patience}: large packets may be lost on the way, or the server is overloaded.",
            exception
        );
    }

    /// <summary>A client's handshake with us failed.</summary>
    public static string OfServer(
        string peer,
        DtlsServerSide side,
        DtlsPeerCheck? check,
        DtlsProgress progress,
        IOException exception
    )
    {
        if (check?.Problem is { } problem)
            return problem;
        var why =
            side.IsIdentityUnknown ? "the identity that it gave is not the one that is set here"
            : side.Alert is { } alert ? OfClientsAlert(alert)
            : exception is TlsTimeoutException && progress.IsLastFlightReceived
                ? "its last flight could not be read; its pre-shared key is probably another one"
            : exception is TlsTimeoutException ? $"nothing more came{After(progress)}"
            : exception is TlsFatalAlert { AlertDescription: AlertDescription.handshake_failure }
                ? "it offers no version, cipher or signature that we accept"
            : exception.Message.TrimEnd('.');
        return $"The DTLS handshake with the client {peer} failed: {why}.";
    }

    private static TransportException OfAlert(
        string peer,
        DtlsOptions options,
        DtlsClientSide side,
        short alert,
        Exception exception
    )
    {
        var kind = FailureKind.Tls;
        string sentence;
        switch (alert)
        {
            case AlertDescription.unknown_psk_identity:
                kind = FailureKind.Credentials;
                sentence =
                    $"{peer} does not know the identity \"{options.Key?.Identity}\": check the identity of the pre-shared key.";
                break;
            case AlertDescription.decrypt_error or AlertDescription.bad_record_mac when options.Key is not null:
                kind = FailureKind.Credentials;
                sentence = $"{peer} could not read our last flight: the pre-shared key is wrong.";
                break;
            case AlertDescription.unknown_ca:
                sentence =
                    $"{peer} does not know the authority of our certificate: use a certificate in tls.certificate_file that it trusts, with its intermediates.";
                break;
            case AlertDescription.certificate_expired:
                sentence = $"{peer} says that our certificate (tls.certificate_file) has expired: renew it.";
                break;
            case var _ when side.IsCertificateMissing:
                sentence = $"{peer} wants a client certificate: set tls.certificate_file and tls.private_key_file.";
                break;
            case AlertDescription.bad_certificate
            or AlertDescription.certificate_unknown
            or AlertDescription.unsupported_certificate:
                sentence =
                    $"{peer} does not accept our certificate: check that tls.certificate_file is one for clients and comes from an authority that it trusts.";
                break;
            case AlertDescription.protocol_version:
                sentence = $"{peer} does not speak DTLS 1.2: it may be too old, or know DTLS 1.3 only.";
                break;
            case AlertDescription.handshake_failure or AlertDescription.insufficient_security:
                sentence = options.Key is null
                    ? $"{peer} accepts nothing of what we offer for certificates: it may want a pre-shared key, or does not take our certificate (tls.certificate_file)."
                    : $"{peer} accepts nothing of what we offer with a pre-shared key: it may not know the identity \"{options.Key.Identity}\", or want certificates.";
                break;
            default:
                // Some say no more than goodbye when our last flight cannot be read.
                sentence =
                    $"{peer} ended the DTLS handshake ({AlertDescription.GetName(alert)}){(options.Key is null ? "." : ": the pre-shared key or its identity is probably wrong.")}";
                break;
        }

        return new TransportException(kind, sentence, exception);
    }

    private static string OfClientsAlert(short alert) =>
        alert switch
        {
            AlertDescription.unknown_ca or AlertDescription.bad_certificate or AlertDescription.certificate_unknown =>
                "it does not trust our certificate (tls.certificate_file)",
            AlertDescription.certificate_expired => "it says that our certificate (tls.certificate_file) has expired",
            _ => $"it says {AlertDescription.GetText(alert)}",
        };

    private static string After(DtlsProgress progress) => progress.LastReceived is { } last ? $" after its {last}" : "";
}
