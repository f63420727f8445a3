namespace TraceMQ.Transport.Sessions;

/// <summary>What a supervisor says where no session can.</summary>
internal static class SupervisorFailures
{
    public static TransportException NotNow() =>
        new(
            FailureKind.Lost,
            "There is no connection at the moment, so nothing was sent; send it again when it is back."
        );

    public static TransportException Over() => new(FailureKind.Lost, "The connection is over; connect again first.");

    public static TransportException Unexpected(string protocol, Exception exception) =>
        exception is OperationCanceledException or TimeoutException
            ? new TransportException(
                FailureKind.TimedOut,
                "The peer did not answer in time; check the address and that the peer is running.",
                exception
            )
            : new TransportException(
                FailureKind.Lost,
                $"An unexpected error ended the {protocol} connection ({exception.GetType().Name}); the log has the details.",
                exception
            );

    public static TransportException ReadOnly() =>
        new(
            FailureKind.Configuration,
            "This connection is read-only, so nothing was sent; set read_only = false in its profile, or leave out --read-only, to publish."
        );
}
