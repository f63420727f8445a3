using System.Security.Cryptography.X509Certificates;
using Confluent.Kafka;
using TraceMQ.Transport.Security;

namespace TraceMQ.Transport.Kafka;

/// <summary>The library's configuration for a way to a cluster. Certificates and keys are read by our rules, and handed on as PEM: the library opens no file.</summary>
internal sealed class KafkaClientOptions
{
    /// <summary>The group that a reader without a trace names, which it never joins and in which it commits nothing.</summary>
    private const string NoGroup = "tracemq";

    private const int LargestMessage = 1_000_000_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, string> _shared;

    /// <param name="way">Where to, and as whom.</param>
    /// <param name="family">Which addresses of a name are tried: those by which the first broker was reached.</param>
    /// <exception cref="TransportException">A certificate or a key cannot be used.</exception>
    public KafkaClientOptions(KafkaWay way, BrokerAddressFamily family)
    {
        var config = new ClientConfig
        {
            BootstrapServers = string.Join(',', way.Brokers.Select(broker => broker.Address)),
            ClientId = "tracemq",
            BrokerAddressFamily = family,
            // An idle connection that died without a word is found out within half a minute.
            SocketTimeoutMs = 15_000,
            TopicMetadataRefreshIntervalMs = 15_000,
            SocketKeepaliveEnable = true,
            SocketConnectionSetupTimeoutMs = (int)s_patience.TotalMilliseconds,
            ApiVersionRequestTimeoutMs = (int)s_patience.TotalMilliseconds,
            // Half of it is also what the library waits before it looks for a broker at all.
            ReconnectBackoffMs = 100,
            ReceiveMessageMaxBytes = LargestMessage,
            MetadataRecoveryStrategy = MetadataRecoveryStrategy.None,
            // Telemetry for whoever runs the cluster: whoever only looks sends none.
            EnableMetricsPush = false,
            // Two lines for a request and its answer, which are not for the log but for whoever looks at the wire.
            Debug = "protocol",
            SecurityProtocol = (way.IsSecure, way.HasUser) switch
            {
                (true, true) => SecurityProtocol.SaslSsl,
                (true, false) => SecurityProtocol.Ssl,
                (false, true) => SecurityProtocol.SaslPlaintext,
                _ => SecurityProtocol.Plaintext,
            },
        };
        if (way.HasUser)
        {
            config.SaslMechanism = way.Mechanism switch
            {
                "SCRAM-SHA-256" => SaslMechanism.ScramSha256,
                "SCRAM-SHA-512" => SaslMechanism.ScramSha512,
                _ => SaslMechanism.Plain,
            };
            config.SaslUsername = way.Username;
            config.SaslPassword = way.Password.Reveal();
        }

        if (way.IsSecure)
            SetTls(config, way.Tls);
        _shared = config.ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>For a client that sends and asks.</summary>
    /// <param name="createsTopics">True where sending to a topic that does not exist makes it.</param>
    public ProducerConfig ForSending(bool createsTopics) =>
        new(Copy())
        {
            AllowAutoCreateTopics = createsTopics,
            // As the clients of Java and JavaScript do it, so that a key comes to the partition where they look for it.
            Partitioner = Partitioner.Murmur2Random,
            LingerMs = 0,
            MessageMaxBytes = LargestMessage,
            MessageTimeoutMs = 15_000,
            RequestTimeoutMs = 10_000,
        };

    /// <summary>For a client that reads and leaves no trace.</summary>
    public ConsumerConfig ForLooking() => Reading(NoGroup, AutoOffsetReset.Error);

    /// <summary>For a member of a group.</summary>
    public ConsumerConfig ForMember(string group, bool fromEarliest)
    {
        var config = Reading(group, fromEarliest ? AutoOffsetReset.Earliest : AutoOffsetReset.Latest);
        // What is committed is what was stored, and we store what was taken.
        config.EnableAutoCommit = true;
        config.AutoCommitIntervalMs = 1000;
        // Its other members do not wait long for one that has gone without a word.
        config.SessionTimeoutMs = 10_000;
        // Named first by Java's clients too: members that agree on no strategy cannot be in one group.
        config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range;
        return config;
    }

    private ConsumerConfig Reading(string group, AutoOffsetReset reset) =>
        new(Copy())
        {
            GroupId = group,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AllowAutoCreateTopics = false,
            AutoOffsetReset = reset,
            EnablePartitionEof = true,
            ConsumeResultFields = "headers,timestamp",
            FetchMaxBytes = 50 << 20,
            QueuedMaxMessagesKbytes = 32 << 10,
            // By default it asks for more a second after its queue was full, however fast that is emptied.
            FetchQueueBackoffMs = 10,
        };

    // The library's configurations share what they are made from.
    private Dictionary<string, string> Copy() => new(_shared, StringComparer.Ordinal);

    private static void SetTls(ClientConfig config, TlsOptions tls)
    {
        if (tls.CaFile is { } file)
            config.SslCaPem = Pem(CertificateFiles.LoadAuthorities(file));
        if (tls.CertificateFile is not null)
        {
            var identity = CertificateFiles.LoadIdentityForTcp(tls);
            config.SslCertificatePem = Pem([identity.Leaf, .. identity.Chain]);
            config.SslKeyPem = new string(
                System.Security.Cryptography.PemEncoding.Write("PRIVATE KEY", identity.PrivateKey)
            );
        }

        config.EnableSslCertificateVerification = !tls.SkipVerify;
        config.SslEndpointIdentificationAlgorithm = tls.SkipVerify
            ? SslEndpointIdentificationAlgorithm.None
            : SslEndpointIdentificationAlgorithm.Https;
    }

    private static string Pem(IEnumerable<X509Certificate2> certificates) =>
        string.Concat(certificates.Select(certificate => certificate.ExportCertificatePem() + "\n"));
}
