using TraceMQ.Tests.Contracts;

namespace TraceMQ.Tests.WebSocket;

internal sealed class WebSocketProfiles : ProfilesOf<WebSocketProfiles>, INamesProtocol
{
    public static string Protocol => "websocket";
}
