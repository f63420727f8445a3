using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Exceptions;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt;

/// <summary>What a failure of the library, or a refusal of the broker, means: one sentence that says what happened and what to do.</summary>
internal static class MqttFailures
{
    /// <summary>True for what the library throws when a peer misbehaves or goes away.</summary>
    public static bool IsExpected(Exception exception) =>
        exception
            is MqttCommunicationException
                or MqttProtocolViolationException
                or NotSupportedException
                or InvalidOperationException
                or ArgumentException
                or IOException
                or System.Net.Sockets.SocketException
                or NullReferenceException
                or IndexOutOfRangeException
                or OperationCanceledException;

    /// <summary>The broker answered, and refused.</summary>
    public static TransportException Refused(Endpoint endpoint, MqttIdentity identity, MqttClientConnectResult result)
    {
        var code = identity.IsVersion5 ? (int)result.ResultCode : MqttReasons.ToVersion3((int)result.ResultCode);
        var words = $"{MqttReasons.ConnAck(code)}{MqttReasons.InItsWords(result.ReasonString)}";
        var hasCredentials = !string.IsNullOrEmpty(identity.Username) || identity.Password is { IsEmpty: false };
        var (kind, advice) = code switch
        {
            1 or 0x84 => (
                FailureKind.NotThisProtocol,
                $"it does not speak MQTT {identity.VersionText}; set mqtt.version to another one, such as \"3.1.1\""
            ),
            2 or 0x85 => (
                FailureKind.Configuration,
                $"it does not take the client id \"{identity.ClientId}\"; set mqtt.client_id to one that it takes"
            ),
            4 or 0x86 or 0x8C => (FailureKind.Credentials, "check auth.username and auth.password"),
            5 or 0x87 when hasCredentials => (
                FailureKind.Credentials,
                "check auth.username and auth.password, and whether this client id and address may connect"
            ),
            5 or 0x87 => (
                FailureKind.Credentials,
                "it may want a user name and a password: set auth.username and auth.password"
            ),
            0x8A => (FailureKind.Permission, "it has banned this client; ask who runs it"),
            0x9C or 0x9D => (
                FailureKind.RefusedByPeer,
                string.IsNullOrEmpty(result.ServerReference)
                    ? "ask who runs it for the new address"
                    : $"it names {result.ServerReference} instead; set url"
            ),
            _ => (FailureKind.RefusedByPeer, "try again later, or ask who runs it"),
        };
        return new TransportException(
            kind,
            $"The broker at {endpoint.Address} refused the connection: {words}; {advice}."
        );
    }

    /// <summary>TCP was connected, but no CONNACK came: <paramref name="opening"/> are the first bytes that did.</summary>
    public static TransportException NoHandshake(
        Endpoint endpoint,
        MqttIdentity identity,
        ReadOnlySpan<byte> opening,
        TimeSpan? timeout,
        Exception exception
    )
    {
        if (CauseBelow(exception) is { } cause)
            return cause;
        if (exception.GetBaseException() is NotSupportedException asked)
            return new TransportException(
                FailureKind.Credentials,
                $"The broker at {endpoint.Address} cannot be connected to: {asked.Message}, which this version does not know.",
                exception
            );
        if (opening is [0x15, 0x03, ..])
            return new TransportException(
                FailureKind.NotThisProtocol,
                $"{endpoint.Address} speaks TLS, not plain MQTT: use mqtts:// in url, or the broker's plain port, usually 1883.",
                exception
            );
        if (!opening.IsEmpty && opening[0] != 0x20)
            return new TransportException(
                FailureKind.NotThisProtocol,
                $"{endpoint.Address} is not an MQTT broker: it answered {Quote(opening)}. Check the host and the port, usually 1883.",
                exception
            );
        if (timeout is { } span)
            return new TransportException(
                FailureKind.TimedOut,
                $"{endpoint.Address} took the connection but said nothing within {Quantity.Format(span)}: check whether it is an MQTT broker, and whether it is overloaded.",
                exception
            );
        return opening.IsEmpty
            ? new TransportException(
                FailureKind.Lost,
                $"{endpoint.Address} closed the connection without an answer: it may {(endpoint.Scheme.Carrier.IsSecure ? "want a client certificate (tls.certificate_file)" : "expect TLS")}, not be an MQTT broker, or not know MQTT {identity.VersionText} (try mqtt.version = \"3.1.1\").",
                exception
            )
            : new TransportException(
                FailureKind.NotThisProtocol,
                $"{endpoint.Address} answered with a packet that is not valid MQTT {identity.VersionText} ({Base(exception)}): check the port, or set mqtt.version to another one.",
                exception
            );
    }

    /// <summary>An established connection ended without our doing.</summary>
    public static TransportException Lost(
        Endpoint endpoint,
        MqttIdentity identity,
        MqttClientDisconnectedEventArgs ended
    )
    {
        if (ended.Exception is { } exception)
        {
            if (CauseBelow(exception) is { } cause)
                return cause;
            return exception.GetBaseException() is MqttCommunicationTimedOutException or OperationCanceledException
                    ? new TransportException(
                        FailureKind.Lost,
                        $"{endpoint.Address} no longer answers (keep alive): the network or the broker is gone.",
                        exception
                    )
                : exception is MqttProtocolViolationException or ArgumentException or InvalidOperationException
                    ? new TransportException(
                        FailureKind.Lost,
                        $"{endpoint.Address} sent something that is not valid MQTT {identity.VersionText} ({Base(exception)}), so the connection was closed.",
                        exception
                    )
                : new TransportException(
                    FailureKind.Lost,
                    $"The connection to {endpoint.Address} was lost: {Base(exception)}.",
                    exception
                );
        }

        var words = $"{MqttReasons.Disconnect((int)ended.Reason)}{MqttReasons.InItsWords(ended.ReasonString)}";
        return (int)ended.Reason switch
        {
            0x8E => new TransportException(
                FailureKind.TakenOver,
                $"Another client has connected to {endpoint.Address} with the client id \"{identity.ClientId}\" and took the connection over: give each its own mqtt.client_id."
            ),
            0x87 => new TransportException(
                FailureKind.Permission,
                $"The broker at {endpoint.Address} ended the connection: {words}; check what this user may do."
            ),
            0 => new TransportException(
                FailureKind.Lost,
                $"{endpoint.Address} closed the connection without a reason: it was stopped, or another client uses the client id \"{identity.ClientId}\", or it did not accept what was sent."
            ),
            _ => new TransportException(
                FailureKind.Lost,
                $"The broker at {endpoint.Address} ended the connection: {words}."
            ),
        };
    }

    /// <summary>What the stream below MQTT has said in a sentence already: a TLS alert after the handshake, a WebSocket that broke the rules.</summary>
    private static TransportException? CauseBelow(Exception? exception)
    {
        while (exception is not null and not TransportException)
            exception = exception.InnerException;
        return exception as TransportException;
    }

    private static string Base(Exception exception) => exception.GetBaseException().Message.TrimEnd('.');

    private static string Quote(ReadOnlySpan<byte> opening)
    {
        var end = opening.IndexOfAny((byte)'\r', (byte)'\n');
        var line = end < 0 ? opening : opening[..end];
        return line.Length > 0 && line.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0
            ? $"\"{Encoding.ASCII.GetString(line)}\""
            : $"with the bytes {Convert.ToHexStringLower(opening[..Math.Min(8, opening.Length)])}";
    }
}
