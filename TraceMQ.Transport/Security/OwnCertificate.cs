namespace TraceMQ.Transport.Security;

/// <summary>What became of our own certificate in a handshake.</summary>
internal enum OwnCertificate
{
    /// <summary>The peer wants none from us.</summary>
    Unneeded,

    /// <summary>The peer asked for one, and we have none.</summary>
    Missing,

    /// <summary>We have one, and show it to whoever asks.</summary>
    Shown,
}
