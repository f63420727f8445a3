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

/// <summary>What a carrier implies.</summary>
public static class CarrierTraits
{
    extension(Carrier carrier)
    {
        /// <summary>True where the bytes are encrypted.</summary>
        public bool IsSecure => carrier is Carrier.Tls or Carrier.SecureWebSocket or Carrier.Dtls;

        /// <summary>True where a WebSocket carries the bytes.</summary>
        public bool IsWebSocket => carrier is Carrier.WebSocket or Carrier.SecureWebSocket;
    }
}
