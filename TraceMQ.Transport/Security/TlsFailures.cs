using System.Security.Authentication;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Security;

/// <summary>What a failed TLS handshake means: one sentence that says what happened and what to do.</summary>
internal static class TlsFailures
{
    /// <summary>True for what the framework throws when a handshake does not succeed.</summary>
    public static bool IsExpected(Exception exception) =>
        exception
            is AuthenticationException
                or IOException
                or OperationCanceledException
                or System.ComponentModel.Win32Exception;

    /// <summary>Our handshake with a server failed, and not for its certificate.</summary>
    public static TransportException OfClient(Endpoint endpoint, OwnCertificate own, Exception exception)
    {
        var peer = endpoint.Address;
        var words = Innermost(exception);
        if (OfAlert(peer, own, exception) is { } alert)
            return alert;
        if (
            words.Contains("frame size", StringComparison.Ordinal)
            || words.Contains("corrupted frame", StringComparison.Ordinal)
            || words.Contains("wrong version number", StringComparison.Ordinal)
            || words.Contains("packet length too long", StringComparison.Ordinal)
        )
            return new TransportException(
                FailureKind.NotThisProtocol,
                $"{peer} does not speak TLS: use another scheme than {endpoint.Scheme.Name}://, or the port where the server speaks TLS.",
                exception
            );
        if (
            words.Contains("EOF", StringComparison.Ordinal)
            || words.Contains("reset", StringComparison.OrdinalIgnoreCase)
        )
            return new TransportException(
                FailureKind.Tls,
                own != OwnCertificate.Shown
                    ? $"{peer} closed the connection during the TLS handshake: it may not speak TLS, or want a client certificate (tls.certificate_file)."
                    : $"{peer} closed the connection during the TLS handshake: it may not speak TLS, or not accept our certificate (tls.certificate_file).",
                exception
            );
        return new TransportException(FailureKind.Tls, $"The TLS handshake with {peer} failed: {words}.", exception);
    }

    /// <summary>A client's handshake with us failed, and not for its certificate.</summary>
    public static TransportException OfServer(string peer, Exception exception)
    {
        var words = Innermost(exception);
        var why =
            words.Contains("frame size", StringComparison.Ordinal)
            || words.Contains("corrupted frame", StringComparison.Ordinal)
            || words.Contains("http request", StringComparison.Ordinal)
            || words.Contains("wrong version number", StringComparison.Ordinal)
                ? "it does not speak TLS"
            : Has(words, "unknown ca", "bad certificate") ? "it does not trust our certificate (tls.certificate_file)"
            : Has(words, "certificate expired") ? "our certificate (tls.certificate_file) has expired"
            : Has(words, "no shared cipher", "unsupported protocol", "no protocols available")
                ? "it offers no version or cipher that we accept"
            : words.Contains("EOF", StringComparison.Ordinal)
                ? "it closed the connection; it may not trust our certificate"
            : words;
        return new TransportException(
            FailureKind.Tls,
            $"The TLS handshake with the client {peer} failed: {why}.",
            exception
        );
    }

    /// <summary>The server ended the connection right after the handshake, without a word.</summary>
    public static TransportException HungUp(string peer, OwnCertificate own, Exception? inner) =>
        new(
            FailureKind.Tls,
            own == OwnCertificate.Shown
                ? $"{peer} hung up right after the TLS handshake: it may not accept our certificate; check that tls.certificate_file is valid, one for clients, and from an authority that it trusts."
                : $"{peer} hung up right after the TLS handshake, in which it asked for a client certificate: set tls.certificate_file and tls.private_key_file.",
            inner
        );

    /// <summary>The handshake took too long.</summary>
    public static TransportException TimedOut(string peer, TimeSpan patience, Exception exception) =>
        new(
            FailureKind.TimedOut,
            $"{peer} did not answer the TLS handshake within {Quantity.Format(patience)}: it may not speak TLS there.",
            exception
        );

    /// <summary>The server said by an alert (RFC 8446, 6) why it refuses; null where the exception is something else.</summary>
    public static TransportException? OfAlert(string peer, OwnCertificate own, Exception exception)
    {
        var hasCertificate = own == OwnCertificate.Shown;
        var words = Innermost(exception);
        // OpenSSL calls all of them alerts but this one.
        if (!Has(words, "alert", "unrecognized name"))
            return null;
        var sentence =
            Has(words, "certificate required")
            || (own == OwnCertificate.Missing && Has(words, "handshake failure", "bad certificate"))
                ? $"{peer} wants a client certificate: set tls.certificate_file and tls.private_key_file."
            : Has(words, "unknown ca") && hasCertificate
                ? $"{peer} does not know the authority of our certificate: use a certificate in tls.certificate_file that it trusts, with its intermediates."
            : Has(words, "certificate expired")
                ? $"{peer} says that our certificate (tls.certificate_file) has expired: renew it."
            : Has(words, "certificate revoked")
                ? $"{peer} says that our certificate (tls.certificate_file) was revoked: get another one."
            : Has(words, "bad certificate", "certificate unknown", "unsupported certificate")
                ? $"{peer} does not accept our certificate: check that tls.certificate_file is one for clients and comes from an authority that it trusts."
            : Has(words, "protocol version")
                ? $"{peer} speaks no version of TLS that we accept: 1.2 or newer, or what tls.min_version asks for."
            : Has(words, "unrecognized name")
                ? $"{peer} knows no server of that name: set tls.server_name to the name that is meant."
            : Has(words, "no application protocol")
                ? $"{peer} does not speak this protocol there (ALPN): check the port."
            : Has(words, "handshake failure")
                ? $"{peer} found nothing that both sides accept: its TLS may be too old, or it does not take our certificate (tls.certificate_file)."
            : $"{peer} ended the TLS connection: {words}.";
        return new TransportException(FailureKind.Tls, sentence, exception);
    }

    private static bool Has(string words, params ReadOnlySpan<string> any)
    {
        foreach (var one in any)
        {
            if (words.Contains(one, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static string Innermost(Exception exception) => exception.GetBaseException().Message.TrimEnd('.');
}
