using System.Globalization;
using Amqp;
using Amqp.Framing;
using TraceMQ.Transport.EventHubs.Server.Protocol;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>What a failure of AMQP or of Event Hubs means: one sentence that says what happened and what to do.</summary>
internal static class HubFailures
{
    private const int LongestDescription = 300;

    /// <summary>The connection did not come about.</summary>
    public static TransportException OfOpening(AmqpTransport transport, HubWay way, Exception exception)
    {
        var peer = way.Endpoint.Address;
        if (transport.Violation is { } violation)
            return OfViolation(peer, way, violation);
        if (exception is AmqpException { Error: { } error } && transport.Stage == AmqpStage.Sasl)
            return OfSasl(way, error, exception);
        if (exception is AmqpException { Error.Condition: { } } refused && transport.Stage != AmqpStage.Silent)
            return OfError(refused.Error, $"{peer} refused the connection", way, exception);
        return transport.Stage switch
        {
            AmqpStage.Silent => new TransportException(
                FailureKind.NotThisProtocol,
                $"{peer} closed the connection before it said anything: it may not speak AMQP there, or want TLS (amqps://).",
                exception
            ),
            AmqpStage.Sasl => new TransportException(
                FailureKind.Lost,
                $"{peer} closed the connection during SASL: try again, and check that the port speaks AMQP 1.0.",
                exception
            ),
            _ => new TransportException(
                FailureKind.Lost,
                $"{peer} closed the connection before it was open: try again.",
                exception
            ),
        };
    }

    /// <summary>The peer was silent for too long while the connection came about.</summary>
    public static TransportException OfSilence(AmqpStage stage, HubWay way, TimeSpan patience, Exception exception) =>
        new(
            FailureKind.TimedOut,
            stage switch
            {
                AmqpStage.Silent =>
                    $"{way.Endpoint.Address} took the connection and said nothing within {Quantity.Format(patience)}: it may not speak AMQP there, or want TLS (amqps://).",
                AmqpStage.Sasl =>
                    $"{way.Endpoint.Address} speaks SASL and did not finish it within {Quantity.Format(patience)}: it may be overloaded; try again.",
                _ =>
                    $"{way.Endpoint.Address} let us in and did not open the AMQP connection within {Quantity.Format(patience)}: it may be overloaded; try again.",
            },
            exception
        );

    /// <summary>No answer in time, later.</summary>
    public static TransportException NoAnswer(HubWay way, string to, TimeSpan patience, Exception exception) =>
        new(
            FailureKind.TimedOut,
            $"{way.Endpoint.Address} did not answer {to} within {Quantity.Format(patience)}: it may be overloaded; try again.",
            exception
        );

    /// <summary>No answer in time of a node that every event hub has.</summary>
    public static TransportException SilentNode(HubWay way, string node, TimeSpan patience, Exception exception) =>
        new(
            FailureKind.TimedOut,
            $"{way.Endpoint.Address} speaks AMQP 1.0 and did not answer for {node} within {Quantity.Format(patience)}: it is busy, or it is no Event Hubs.",
            exception
        );

    /// <summary>An open connection has ended.</summary>
    public static TransportException OfLoss(AmqpTransport transport, HubWay way, Error? error)
    {
        var peer = way.Endpoint.Address;
        if (transport.Violation is { } violation)
            return OfViolation(peer, way, violation);
        if (transport.IsEnded || error?.Condition is null)
            return new TransportException(FailureKind.Lost, $"{peer} closed the connection.");
        return (string?)error.Condition == AmqpConditions.ConnectionForced
            ? new TransportException(FailureKind.Lost, $"The connection to {peer} ended: {Words(error)}.")
            : OfError(error, $"{peer} ended the connection", way, inner: null);
    }

    /// <summary>A token was not taken.</summary>
    public static TransportException OfToken(HubWay way, NodeReply reply, DateTimeOffset? expiry, DateTimeOffset now)
    {
        if (reply.Status == 404)
            return NoHub(way);
        var words = Clean(reply.Description);
        if (expiry <= now || words.Contains("expired", StringComparison.OrdinalIgnoreCase))
            return way.Signature is not null
                ? new TransportException(
                    FailureKind.Credentials,
                    $"The SharedAccessSignature of the connection string has expired{At(expiry)}: get a new one, or use a key."
                )
                : new TransportException(
                    FailureKind.Credentials,
                    $"{way.Namespace} says that our token has expired: check this machine's clock, by which it is {At(now).Trim()}."
                );
        if (reply.Status is 401 or 403)
            return new TransportException(
                FailureKind.Credentials,
                way.Signature is not null
                    ? $"{way.Namespace} does not take the SharedAccessSignature for {way.Hub} ({words}): check that it was signed for this hub and with a key that is still valid."
                    : $"{way.Namespace} does not take the key \"{way.KeyName}\" for {way.Hub} ({words}): check SharedAccessKeyName and SharedAccessKey{Hint(way.Key)}."
            );
        return OfReply(way, reply, "put the token");
    }

    /// <summary>The hub's answer to a question is a refusal.</summary>
    public static TransportException OfReply(HubWay way, NodeReply reply, string what) =>
        reply.Status == 404 || reply.Condition == HubVocabulary.NotFound
            ? NoHub(way)
            : OfError(
                new Error(
                    reply.Condition
                        ?? (reply.Status is 401 or 403 ? HubVocabulary.UnauthorizedAccess : "amqp:internal-error")
                )
                {
                    Description = reply.Description,
                },
                $"{way.Namespace} would not {what}",
                way,
                inner: null
            );

    /// <summary>A link to a node was refused that every event hub has.</summary>
    public static TransportException NoNode(HubWay way, string node, Error? error) =>
        (string?)error?.Condition is HubVocabulary.UnauthorizedAccess
            ? OfError(error!, $"{way.Namespace} refused {node}", way, inner: null)
            : new TransportException(
                FailureKind.NotThisProtocol,
                $"{way.Endpoint.Address} speaks AMQP 1.0 and has no {node} ({Words(error)}): it is no Event Hubs."
            );

    /// <summary>A reader was refused, or put out.</summary>
    public static TransportException OfReading(HubWay way, string group, string partition, Error? error) =>
        (string?)error?.Condition switch
        {
            HubVocabulary.LinkStolen => new TransportException(
                FailureKind.TakenOver,
                $"Another reader owns partition {partition} in the consumer group {group} by its owner level (epoch) and keeps others out: read in another consumer group (eventhubs.consumer_group) to look on without disturbing it, or set a higher eventhubs.owner_level to put it out."
            ),
            HubVocabulary.NotFound => new TransportException(
                FailureKind.Configuration,
                $"{way.Hub} has no consumer group {group} (eventhubs.consumer_group): check its name; {HubVocabulary.DefaultConsumerGroup} is always there."
            ),
            HubVocabulary.ResourceLimitExceeded => new TransportException(
                FailureKind.RefusedByPeer,
                $"Partition {partition} has all the readers that it may have in the consumer group {group} ({HubVocabulary.MaximumReaders}): end one of them, or read in another consumer group (eventhubs.consumer_group)."
            ),
            HubVocabulary.UnauthorizedAccess when way.HasToken => new TransportException(
                FailureKind.Permission,
                $"The key \"{way.KeyName}\" may not read {way.Hub}: it needs the claim Listen. Use another one."
            ),
            _ => error is null
                ? new TransportException(
                    FailureKind.Lost,
                    $"{way.Namespace} ended our reading of partition {partition}."
                )
                : OfError(error, $"Reading partition {partition} ended", way, inner: null),
        };

    /// <summary>A sender was refused, or put out.</summary>
    public static TransportException OfSending(HubWay way, string address, Error? error) =>
        (string?)error?.Condition is HubVocabulary.UnauthorizedAccess && way.HasToken
            ? new TransportException(
                FailureKind.Permission,
                $"The key \"{way.KeyName}\" may not send to {way.Hub}: it needs the claim Send. Use another one."
            )
            : OfError(
                error ?? new Error(AmqpConditions.DetachForced),
                $"{way.Namespace} would not let us send to {address}",
                way,
                inner: null
            );

    /// <summary>An error of AMQP or of Event Hubs, in words that lead on.</summary>
    public static TransportException OfError(Error error, string what, HubWay way, Exception? inner)
    {
        var (kind, advice) = (string?)error.Condition switch
        {
            HubVocabulary.ServerBusy => (
                FailureKind.RefusedByPeer,
                "it is throttled: its throughput units are used up; wait, or raise them"
            ),
            HubVocabulary.UnauthorizedAccess => (
                FailureKind.Credentials,
                way.HasToken
                    ? "check that the key may do this (Listen, Send)"
                    : "it wants a key: set eventhubs.connection_string"
            ),
            HubVocabulary.NotFound => (FailureKind.Configuration, "check the names of the namespace and the hub"),
            HubVocabulary.ArgumentError or HubVocabulary.ArgumentOutOfRange => (
                FailureKind.Configuration,
                "check eventhubs.start and the partition"
            ),
            HubVocabulary.ResourceLimitExceeded => (
                FailureKind.RefusedByPeer,
                "a quota is used up; end something else"
            ),
            _ => (FailureKind.Lost, "try again"),
        };
        return new TransportException(kind, $"{what} ({Words(error)}): {advice}.", inner);
    }

    /// <summary>An error in its own words, which are untrusted.</summary>
    public static string Words(Error? error)
    {
        var description = Clean(error?.Description);
        var condition = Clean((string?)error?.Condition);
        return description.Length == 0
            ? condition.Length == 0
                ? "without a reason"
                : condition
            : $"{condition}: {description}";
    }

    /// <summary>What the peer says, on one line and not endless.</summary>
    public static string Words(string? text) => Clean(text);

    private static TransportException NoHub(HubWay way) =>
        new(
            FailureKind.Configuration,
            $"{way.Namespace} has no event hub \"{way.Hub}\": check EntityPath in the connection string, or eventhubs.entity_path."
        );

    private static TransportException OfSasl(HubWay way, Error error, Exception exception) =>
        (string?)error.Condition == HubVocabulary.UnauthorizedAccess
            ? new TransportException(
                FailureKind.Credentials,
                way.Username is null
                    ? $"{way.Endpoint.Address} lets nobody in without a name (SASL ANONYMOUS): give one in url, amqp://NAME:KEY@HOST."
                    : $"{way.Endpoint.Address} refused the user \"{way.Username}\" or the password (SASL PLAIN): check them.",
                exception
            )
            : new TransportException(
                FailureKind.NotThisProtocol,
                $"{way.Endpoint.Address} offers no SASL mechanism that we can use, which is {(way.Username is null ? "ANONYMOUS" : "PLAIN")} ({Words(error)}).",
                exception
            );

    private static TransportException OfViolation(string peer, HubWay way, AmqpViolationException violation) =>
        violation.Message switch
        {
            "speaks HTTP" => new TransportException(
                FailureKind.NotThisProtocol,
                $"{peer} speaks HTTP: use amqp+ws:// or amqp+wss:// for AMQP over WebSocket, or another port.",
                violation
            ),
            "speaks TLS" => new TransportException(
                FailureKind.NotThisProtocol,
                $"{peer} speaks TLS: use amqps://, and no UseDevelopmentEmulator in the connection string.",
                violation
            ),
            _ => new TransportException(
                FailureKind.NotThisProtocol,
                $"{peer} breaks the rules of AMQP 1.0: it {Clean(violation.Message)}. Check that {(way.Endpoint.Scheme.Carrier.IsWebSocket ? "the address" : "the port")} is one of Event Hubs.",
                violation
            ),
        };

    private static string At(DateTimeOffset? time) =>
        time is { } at
            ? string.Create(CultureInfo.InvariantCulture, $" at {at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}")
            : "";

    // A key that Azure makes is base64; one that is none was probably cut.
    private static string Hint(Secret? key) =>
        key is not null && !Convert.TryFromBase64String(key.Reveal(), new byte[key.Reveal().Length], out _)
            ? "; the key is no base64, so it may have been cut"
            : "";

    private static string Clean(string? text)
    {
        var line = string.Concat((text ?? "").Take(LongestDescription).Select(c => char.IsControl(c) ? ' ' : c));
        return line.Trim().TrimEnd('.');
    }
}
