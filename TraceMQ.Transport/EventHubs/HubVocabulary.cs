namespace TraceMQ.Transport.EventHubs;

/// <summary>The names that Event Hubs gives things on the wire (AMQP 1.0 in Azure Service Bus and Event Hubs protocol guide).</summary>
internal static class HubVocabulary
{
    /// <summary>Where tokens are put (AMQP claims-based security 1.0).</summary>
    public const string CbsNode = "$cbs";

    /// <summary>Where properties are asked for.</summary>
    public const string ManagementNode = "$management";

    /// <summary>The path of AMQP over WebSocket.</summary>
    public const string WebSocketPath = "/$servicebus/websocket";

    /// <summary>The subprotocol of AMQP over WebSocket (OASIS AMQP WebSocket binding 1.0, 2.1).</summary>
    public const string WebSocketSubprotocol = "amqp";

    /// <summary>The subprotocol that Microsoft's clients ask for.</summary>
    public const string MicrosoftWebSocketSubprotocol = "AMQPWSB10";

    /// <summary>The operation of a request to <see cref="CbsNode"/>.</summary>
    public const string PutToken = "put-token";

    /// <summary>The type of a shared access signature.</summary>
    public const string SasTokenType = "servicebus.windows.net:sastoken";

    /// <summary>The operation of a request to <see cref="ManagementNode"/>.</summary>
    public const string Read = "READ";

    /// <summary>What is read: the hub.</summary>
    public const string HubType = "com.microsoft:eventhub";

    /// <summary>What is read: a partition.</summary>
    public const string PartitionType = "com.microsoft:partition";

    /// <summary>The name of the filter that says where a receiver begins.</summary>
    public const string SelectorFilter = "apache.org:selector-filter:string";

    /// <summary>The descriptor of <see cref="SelectorFilter"/>.</summary>
    public const ulong SelectorDescriptor = 0x468C00000004;

    /// <summary>The link property with a receiver's owner level.</summary>
    public const string Epoch = "com.microsoft:epoch";

    /// <summary>The link property with a receiver's name.</summary>
    public const string ReceiverName = "com.microsoft:receiver-name";

    /// <summary>The capability of a receiver that wants to know the partition's end with each event.</summary>
    public const string RuntimeMetric = "com.microsoft:enable-receiver-runtime-metric";

    /// <summary>The annotation with an event's number, unique in its partition.</summary>
    public const string SequenceNumber = "x-opt-sequence-number";

    /// <summary>The annotation with an event's place in its partition.</summary>
    public const string Offset = "x-opt-offset";

    /// <summary>The annotation with the time when the event was taken in.</summary>
    public const string EnqueuedTime = "x-opt-enqueued-time";

    /// <summary>The annotation with the partition key.</summary>
    public const string PartitionKey = "x-opt-partition-key";

    /// <summary>What the names of annotations begin with in a selector.</summary>
    public const string SelectorPrefix = "amqp.annotation.";

    /// <summary>The message format of a batch: each Data section is an encoded message.</summary>
    public const uint BatchFormat = 0x80013700;

    /// <summary>The largest message that a hub of the standard tier takes.</summary>
    public const int MaximumMessage = 1 << 20;

    /// <summary>How many receivers without an owner level may read a partition in a consumer group.</summary>
    public const int MaximumReaders = 5;

    /// <summary>The consumer group that every hub has.</summary>
    public const string DefaultConsumerGroup = "$Default";

    public const string ServerBusy = "com.microsoft:server-busy";

    public const string ArgumentOutOfRange = "com.microsoft:argument-out-of-range";

    public const string ArgumentError = "com.microsoft:argument-error";

    public const string UnauthorizedAccess = "amqp:unauthorized-access";

    public const string NotFound = "amqp:not-found";

    public const string LinkStolen = "amqp:link:stolen";

    public const string ResourceLimitExceeded = "amqp:resource-limit-exceeded";
}
