namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>How far a connection has come, by what the peer has said.</summary>
internal enum AmqpStage
{
    /// <summary>Nothing was heard.</summary>
    Silent,

    /// <summary>It speaks SASL, and has not said whether we are let in.</summary>
    Sasl,

    /// <summary>SASL let us in; the connection is not open.</summary>
    Authenticated,

    /// <summary>The connection is open.</summary>
    Open,
}
