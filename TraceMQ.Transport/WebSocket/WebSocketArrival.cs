using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.WebSocket;

/// <summary>A WebSocket that was reached.</summary>
/// <param name="Connection">After the upgrade.</param>
/// <param name="Peer">The stream below; the connection owns it.</param>
/// <param name="Endpoint">Where, after redirects.</param>
/// <param name="IsOwn">It is the host that the profile names, which may know its secrets.</param>
internal sealed record WebSocketArrival(WebSocketConnection Connection, PeerStream Peer, Endpoint Endpoint, bool IsOwn);
