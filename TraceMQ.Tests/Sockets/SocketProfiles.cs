using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Sockets;

internal sealed class SocketProfiles : ProfilesOf<SocketProfiles>, INamesProtocol
{
    public static string Protocol => "socket";
}

/// <summary>How sessions end.</summary>
internal static class SocketEnds
{
    /// <summary>The reason.</summary>
    public static Task<TransportException> FailureAsync(this ISession session) =>
        Assert.ThrowsAsync<TransportException>(() => session.Completion.WaitAsync(Surroundings.Patience));
}
