namespace TraceMQ.Transport.EventHubs.Server.Protocol;

/// <summary>Conditions of errors that AMQP 1.0 itself defines (part 2, 2.8.14 to 2.8.18), beyond the ones of Event Hubs.</summary>
internal static class AmqpConditions
{
    public const string InternalError = "amqp:internal-error";

    public const string DecodeError = "amqp:decode-error";

    public const string FramingError = "amqp:connection:framing-error";

    public const string ConnectionForced = "amqp:connection:forced";

    public const string WindowViolation = "amqp:session:window-violation";

    public const string UnattachedHandle = "amqp:session:unattached-handle";

    public const string HandleInUse = "amqp:session:handle-in-use";

    public const string TransferLimitExceeded = "amqp:link:transfer-limit-exceeded";

    public const string MessageSizeExceeded = "amqp:link:message-size-exceeded";

    public const string DetachForced = "amqp:link:detach-forced";

    public const string InvalidField = "amqp:invalid-field";

    public const string NotAllowed = "amqp:not-allowed";

    public const string NotImplemented = "amqp:not-implemented";
}
