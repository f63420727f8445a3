using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Confluent.Kafka;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Kafka;

/// <summary>What an error of the library or of a broker means: one sentence that says what happened and what to do.</summary>
internal static class KafkaFailures
{
    /// <summary>No broker has answered yet, and there is none left to try.</summary>
    public static TransportException OfConnecting(Error error, KafkaWay way) =>
        error.Code switch
        {
            ErrorCode.Local_Authentication or ErrorCode.Local_Ssl => Of(error, way),
            ErrorCode.Local_BadMsg => NotKafka(error, way),
            ErrorCode.Local_TimedOut => NoAnswer(way, error),
            _ when IsTimeOut(error.Reason) => NoAnswer(way, error),
            _ when error.Reason.Contains("Disconnected", StringComparison.Ordinal)
                    || error.Reason.Contains("reset by peer", StringComparison.Ordinal) => HungUp(error, way),
            _ => Of(error, way),
        };

    /// <summary>An error by itself.</summary>
    public static TransportException Of(Error error, KafkaWay way) =>
        error.Code switch
        {
            ErrorCode.Local_Resolve => New(
                FailureKind.NameNotFound,
                $"The cluster at {way.Address} names a broker that is not found from here ({Words(error)}): its advertised.listeners have to be names that this machine knows",
                error
            ),
            ErrorCode.Local_Authentication
            or ErrorCode.SaslAuthenticationFailed
            or ErrorCode.UnsupportedSaslMechanism
            or ErrorCode.IllegalSaslState => Credentials(error, way),
            ErrorCode.Local_Ssl => Tls(error, way),
            ErrorCode.TopicAuthorizationFailed => New(
                FailureKind.Permission,
                $"The cluster does not allow {Who(way)} to do this with the topic: ask who runs it for the right",
                error
            ),
            ErrorCode.GroupAuthorizationFailed => New(
                FailureKind.Permission,
                $"The cluster does not allow {Who(way)} to use the consumer group: ask for the right, or leave kafka.consumer_group out",
                error
            ),
            ErrorCode.ClusterAuthorizationFailed => New(
                FailureKind.Permission,
                $"The cluster does not allow {Who(way)} to do this: ask who runs it for the right",
                error
            ),
            ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition => New(
                FailureKind.RefusedByPeer,
                "The cluster has no such topic or partition",
                error
            ),
            ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge => New(
                FailureKind.RefusedByPeer,
                "The message is larger than the cluster takes (max.message.bytes of the topic)",
                error
            ),
            ErrorCode.Local_MsgTimedOut or ErrorCode.Local_TimedOut or ErrorCode.RequestTimedOut => New(
                FailureKind.TimedOut,
                $"The cluster at {way.Address} did not answer in time ({Words(error)}): check whether the partition has a leader that can be reached",
                error
            ),
            ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown => New(
                FailureKind.Lost,
                $"A broker of the cluster at {way.Address} cannot be reached ({Words(error)}): check its address in advertised.listeners, and the network",
                error
            ),
            _ => New(FailureKind.RefusedByPeer, $"The cluster at {way.Address} reports: {Words(error)}", error),
        };

    /// <summary>TCP was connected, and then nothing came.</summary>
    public static TransportException NoAnswer(KafkaWay way, Error? last) =>
        new(
            FailureKind.TimedOut,
            $"{way.Address} took the connection but did not answer in time: check whether it is a Kafka broker, and whether it is overloaded{(way.IsSecure ? "" : " or wants TLS (kafkas://)")}.",
            last is null ? null : new KafkaException(last)
        );

    /// <summary>A question for where a partition begins or ends that was answered without one.</summary>
    public static TransportException NoOffset(TopicPartition partition, KafkaWay way) =>
        new(
            FailureKind.RefusedByPeer,
            $"{way.Address} does not say where partition {partition.Partition.Value} of {partition.Topic} begins and ends: subscribe again, or ask whoever runs the cluster."
        );

    private static TransportException HungUp(Error error, KafkaWay way)
    {
        var advice = (way.IsSecure, way.HasUser) switch
        {
            (true, true) => "it may want a client certificate (tls.certificate_file), or not be a Kafka broker",
            (true, false) =>
                "it may want a user name and a password (auth.username, auth.password), a client certificate (tls.certificate_file), or not be a Kafka broker",
            (false, true) => "it may want TLS (kafkas://), or not be a Kafka broker",
            _ =>
                "it may want TLS (kafkas://), a user name and a password (auth.username, auth.password), or not be a Kafka broker",
        };
        return New(FailureKind.Lost, $"{way.Address} closed the connection without an answer: {advice}", error);
    }

    /// <summary>What came instead of an answer begins with four bytes that the library took for a length.</summary>
    private static TransportException NotKafka(Error error, KafkaWay way)
    {
        const string Size = "Invalid response size ";
        var at = error.Reason.IndexOf(Size, StringComparison.Ordinal);
        Span<byte> opening = stackalloc byte[4];
        if (
            at < 0
            || !int.TryParse(
                error.Reason.AsSpan(at + Size.Length).ToString().Split(' ')[0],
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var size
            )
        )
            return New(
                FailureKind.NotThisProtocol,
                $"{way.Address} answered with something that is not Kafka: check the host and the port, usually 9092",
                error
            );
        BinaryPrimitives.WriteInt32BigEndian(opening, size);
        var words =
            opening.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0
                ? $"\"{Encoding.ASCII.GetString(opening)}…\""
                : $"the bytes {Convert.ToHexStringLower(opening)}";
        return New(
            FailureKind.NotThisProtocol,
            $"{way.Address} is not a Kafka broker: it answered {words}. Check the host and the port, usually 9092",
            error
        );
    }

    private static TransportException Credentials(Error error, KafkaWay way)
    {
        const string Supported = "supported mechanisms:";
        var at = error.Reason.IndexOf(Supported, StringComparison.Ordinal);
        if (at >= 0)
            return New(
                FailureKind.Configuration,
                $"The broker at {way.Address} does not take {way.Mechanism}, but {Trim(error.Reason[(at + Supported.Length)..])}: set kafka.sasl_mechanism",
                error
            );
        return New(
            FailureKind.Credentials,
            way.Username == KafkaWay.ConnectionStringUser
                ? $"The broker at {way.Address} refused the connection string: check its key and what the key may do"
                : $"The broker at {way.Address} refused {Who(way)} ({way.Mechanism}): check auth.username, auth.password and kafka.sasl_mechanism",
            error
        );
    }

    private static TransportException Tls(Error error, KafkaWay way)
    {
        var own = way.Tls.CertificateFile is null ? OwnCertificate.Missing : OwnCertificate.Shown;
        return
            TlsFailures.OfClient(way.Brokers[0], own, new IOException(Words(error), new KafkaException(error)))
                is { } failure
            ? new TransportException(failure.Kind, failure.Message, new KafkaException(error))
            : throw new InvalidOperationException();
    }

    private static string Who(KafkaWay way) => way.HasUser ? $"the user {way.Username}" : "a client without a name";

    private static bool IsTimeOut(string reason) =>
        reason.Contains("timed out", StringComparison.OrdinalIgnoreCase)
        || reason.Contains("Timed out", StringComparison.Ordinal);

    /// <summary>The library's words without the state of its machine.</summary>
    public static string Words(Error error)
    {
        var at = error.Reason.IndexOf(" (after ", StringComparison.Ordinal);
        return Trim(at < 0 ? error.Reason : error.Reason[..at]);
    }

    private static string Trim(string text) => text.Trim().TrimEnd('.');

    private static TransportException New(FailureKind kind, string sentence, Error error) =>
        new(kind, sentence + ".", new KafkaException(error));
}
