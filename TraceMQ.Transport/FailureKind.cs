namespace TraceMQ.Transport;

/// <summary>Why a connection or an operation failed, for retry decisions, marks on the screen and exit codes.</summary>
public enum FailureKind
{
    /// <summary>The host name does not resolve.</summary>
    NameNotFound,

    /// <summary>Nothing listens at the address, or it cannot be reached.</summary>
    Refused,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>The peer does not speak this protocol, or not this version of it.</summary>
    NotThisProtocol,

    /// <summary>The TLS handshake failed.</summary>
    Tls,

    /// <summary>The peer refused the credentials.</summary>
    Credentials,

    /// <summary>The peer refused the operation for these credentials.</summary>
    Permission,

    /// <summary>The established connection ended.</summary>
    Lost,

    /// <summary>Another client took over our identity.</summary>
    TakenOver,

    /// <summary>The peer refused for a reason of its own: busy, quota, limits.</summary>
    RefusedByPeer,

    /// <summary>The profile, or the message to send, cannot work as it is.</summary>
    Configuration,
}
