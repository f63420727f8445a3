using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.WebSocket;

/// <summary>How a connection ended, as a failure with a sentence that says what the peer meant and what to do.</summary>
internal static class WebSocketEnds
{
    public static TransportException Of(CloseStatus status, string address)
    {
        if (!status.IsByPeer)
            return new TransportException(
                FailureKind.Lost,
                $"The WebSocket to {address} was closed from here: {status}."
            );
        var (kind, advice) = status.Code switch
        {
            1000 => (FailureKind.Lost, "it was done; connect again for more"),
            1001 => (FailureKind.Lost, "it stops or restarts; connect again"),
            1002 => (FailureKind.RefusedByPeer, "it found a frame of ours wrong; look at the wire for the last one"),
            1003 => (
                FailureKind.RefusedByPeer,
                "it does not take this kind of message; send text instead of binary, or the reverse"
            ),
            1007 => (FailureKind.RefusedByPeer, "it did not understand the payload; check what was sent last"),
            1008 => (FailureKind.RefusedByPeer, "it does not allow this; check the credentials and what was sent last"),
            1009 => (FailureKind.RefusedByPeer, "our message was too long for it; send less at a time"),
            1010 => (
                FailureKind.RefusedByPeer,
                "it misses an extension in its own offer; connect without websocket.compression"
            ),
            1011 => (FailureKind.RefusedByPeer, "it failed inside; look at its log"),
            1012 => (FailureKind.Lost, "it restarts; connect again"),
            1013 => (FailureKind.RefusedByPeer, "it is busy; connect again later"),
            1014 => (FailureKind.RefusedByPeer, "a gateway could not reach it; connect again later"),
            3000 => (FailureKind.Credentials, "check auth.username and auth.password, or auth.token"),
            3003 => (FailureKind.Permission, "check the rights of these credentials"),
            3008 => (FailureKind.TimedOut, "it waited for us in vain; send or ping in time"),
            _ => (FailureKind.Lost, "its author knows what that means; connect again"),
        };
        return new TransportException(kind, $"{address} closed the WebSocket, {status}: {advice}.");
    }
}
