namespace TraceMQ.Transport.Settings;

/// <summary>What carries a protocol's bytes.</summary>
public enum Carrier
{
    /// <summary>A TCP connection.</summary>
    Tcp,

    /// <summary>TLS over TCP.</summary>
    Tls,

    /// <summary>WebSocket over TCP.</summary>
    WebSocket,

    /// <summary>WebSocket over TLS.</summary>
    SecureWebSocket,

    /// <summary>UDP datagrams.</summary>
    Udp,

    /// <summary>DTLS over UDP.</summary>
    Dtls,
}
