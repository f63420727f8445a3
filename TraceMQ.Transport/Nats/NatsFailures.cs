using System.Globalization;
using NATS.Client.Core;
using NATS.Client.JetStream;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>What went wrong, in a sentence that says what to do.</summary>
internal static class NatsFailures
{
    // NATS client protocol, -ERR: those after which the server closes the connection.
    private static readonly string[] s_fatal =
    [
        "Stale Connection",
        "Slow Consumer",
        "Authorization",
        "Authentication",
        "Maximum Connections",
        "Maximum Control Line",
        "Maximum Payload",
        "Parser Error",
        "Unknown Protocol",
        "Secure Connection",
        "Attempted To Connect",
        "Revoked",
    ];

    public static TransportException ClosedAtOnce(Endpoint endpoint, bool hasBegun) =>
        new(
            FailureKind.Lost,
            hasBegun
                ? $"{endpoint.Address} closed the connection in the middle of its greeting; try again, and look into the server's log."
                : $"{endpoint.Address} closed the connection without a word: check that it is a NATS server, and that the port is the one for clients."
        );

    public static TransportException NoNats(Endpoint endpoint, string began) =>
        new(
            FailureKind.NotThisProtocol,
            began == "INFO"
                ? $"{endpoint.Address} greets like a NATS server, but its greeting cannot be read; check the server's version."
                : $"{endpoint.Address} is no NATS server: its first bytes are \"{Printable(began)}\" instead of INFO; check host and port."
        );

    public static TransportException NoGreeting(Endpoint endpoint, TimeSpan waited) =>
        new(
            FailureKind.TimedOut,
            $"{endpoint.Address} accepted the connection but sent no NATS greeting within {Quantity.Format(waited)}: check the port, and whether the server does TLS first."
        );

    public static TransportException Broken(Endpoint endpoint, Exception exception) =>
        new(
            FailureKind.Lost,
            $"The connection to {endpoint.Address} broke before the server's greeting: {exception.Message}",
            exception
        );

    public static TransportException WantsTls(Endpoint endpoint) =>
        new(
            FailureKind.Tls,
            $"The server at {endpoint.Address} wants TLS: write nats+tls://{endpoint.Address} instead of {endpoint.Scheme.Name}://."
        );

    public static TransportException OffersNoTls(Endpoint endpoint) =>
        new(
            FailureKind.Tls,
            $"The server at {endpoint.Address} offers no TLS, so nothing was sent: write nats://{endpoint.Address}, or switch TLS on in the server."
        );

    /// <summary>The stream ended within a message.</summary>
    public static EndOfStreamException Cut(long missing) =>
        new($"in the middle of a message, of which {missing:N0} bytes are missing");

    /// <summary>The server sent what no server sends.</summary>
    public static IOException Broken(string what) => new(what, new InvalidDataException(what));

    /// <summary>The server refused CONNECT, or ended before it answered.</summary>
    public static TransportException NotConnected(
        Endpoint endpoint,
        NatsLogin login,
        NatsServerInfo info,
        string? serverError,
        Exception exception
    )
    {
        // TLS knows better what a refusal meant that comes with the first bytes.
        if (exception.InnerException is TransportException explained)
            return explained;
        var error = serverError ?? InnerServerError(exception);
        if (error is not null)
            return Refused(endpoint, login, info, error, exception);
        return exception is TimeoutException || exception.InnerException is TimeoutException
            ? new TransportException(
                FailureKind.TimedOut,
                $"{endpoint.Address} did not answer CONNECT in time; try again, and look at the server.",
                exception
            )
            : new TransportException(
                FailureKind.Lost,
                $"{endpoint.Address} ended the connection before it answered CONNECT; look into the server's log.",
                exception
            );
    }

    /// <summary>The sentence of a server that ended the connection.</summary>
    /// <param name="endpoint">Which server.</param>
    /// <param name="error">The server's last error, without its quotes; null where it gave none.</param>
    /// <param name="exception">What the stream ended with; null where the server closed it.</param>
    public static TransportException Lost(Endpoint endpoint, string? error, Exception? exception)
    {
        if (exception?.InnerException is TransportException explained)
            return explained;
        if (exception?.InnerException is InvalidDataException broken)
            return new TransportException(
                FailureKind.Lost,
                $"The server at {endpoint.Address} sent {broken.Message}: check what stands between it and us.",
                exception
            );
        if (error is null)
            return new TransportException(
                FailureKind.Lost,
                exception switch
                {
                    null => $"The server at {endpoint.Address} closed the connection.",
                    EndOfStreamException =>
                        $"The server at {endpoint.Address} closed the connection {exception.Message}.",
                    _ => $"The connection to {endpoint.Address} was lost: {exception.GetBaseException().Message}.",
                },
                exception
            );
        var lower = error.ToUpperInvariant();
        if (lower.Contains("EXPIRED", StringComparison.Ordinal) || lower.Contains("REVOKED", StringComparison.Ordinal))
            return new TransportException(
                FailureKind.Credentials,
                $"The server at {endpoint.Address} ended the connection because our credentials are not valid any more ({error}): get new ones."
            );
        if (lower.Contains("SLOW CONSUMER", StringComparison.Ordinal))
            return new TransportException(
                FailureKind.Lost,
                $"The server at {endpoint.Address} ended the connection because we did not read fast enough ({error}); subscribe to less."
            );
        return new TransportException(
            FailureKind.Lost,
            $"The server at {endpoint.Address} ended the connection: {error}."
        );
    }

    /// <summary>What an expected failure of the library means; null for what it should not do.</summary>
    public static bool IsExpected(Exception exception) =>
        exception
            is NatsException
                or IOException
                or TimeoutException
                or OperationCanceledException
                or ObjectDisposedException
                or System.Net.Sockets.SocketException
                or System.Threading.Channels.ChannelClosedException;

    /// <summary>True where the server closes the connection with this error, so that the loss will say it.</summary>
    public static bool IsFatal(string error) =>
        s_fatal.Any(words => error.Contains(words, StringComparison.OrdinalIgnoreCase));

    /// <summary>What JetStream refused, in words.</summary>
    public static string Words(NatsJSApiException exception, string stream) =>
        exception.Error.ErrCode switch
        {
            10059 => $"there is no stream {stream} on this server and account",
            10093 => $"stream {stream} does not store this subject",
            10039 => "JetStream is not switched on for this account",
            _ => $"{exception.Error.Description} ({exception.Error.ErrCode.ToString(CultureInfo.InvariantCulture)})",
        };

    private static TransportException Refused(
        Endpoint endpoint,
        NatsLogin login,
        NatsServerInfo info,
        string error,
        Exception exception
    )
    {
        var upper = error.ToUpperInvariant();
        if (upper.Contains("MAXIMUM", StringComparison.Ordinal))
            return new TransportException(
                FailureKind.RefusedByPeer,
                $"{endpoint.Address} takes no more connections now ({error}); close others, or try again later.",
                exception
            );
        if (upper.Contains("EXPIRED", StringComparison.Ordinal) || upper.Contains("REVOKED", StringComparison.Ordinal))
            return new TransportException(
                FailureKind.Credentials,
                $"{endpoint.Address} refused {login.Words} because it is not valid any more ({error}): get new credentials.",
                exception
            );
        if (
            upper.Contains("AUTHORIZATION", StringComparison.Ordinal)
            || upper.Contains("AUTHENTICATION", StringComparison.Ordinal)
        )
            return new TransportException(FailureKind.Credentials, Unauthorized(endpoint, login, info), exception);
        return new TransportException(
            FailureKind.RefusedByPeer,
            $"{endpoint.Address} refused the connection: {error}.",
            exception
        );
    }

    private static string Unauthorized(Endpoint endpoint, NatsLogin login, NatsServerInfo info)
    {
        if (!login.IsAnonymous)
            return $"{endpoint.Address} refused {login.Words}: check {login.Check}, and that the server's account allows this connection.";
        return info.WantsAuthentication
            ? $"{endpoint.Address} wants credentials: set auth.username and auth.password, auth.token, auth.credentials_file or auth.nkey_seed."
            : $"{endpoint.Address} refused the connection (Authorization Violation): check which credentials or certificate it wants.";
    }

    private static string? InnerServerError(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is NatsServerException server)
                return server.Error;
        }

        return null;
    }

    private static string Printable(string text) =>
        string.Concat(text.Select(character => char.IsBetween(character, ' ', '~') ? character : '.'));
}
