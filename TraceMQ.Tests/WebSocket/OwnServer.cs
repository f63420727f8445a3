using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;

namespace TraceMQ.Tests.WebSocket;

/// <summary>A server of ours, in whichever protocol, and what it is told.</summary>
public sealed class OwnServer : IAsyncDisposable
{
    private OwnServer(ISession session, Surroundings surroundings)
    {
        Session = session;
        Surroundings = surroundings;
    }

    public ISession Session { get; }

    public Surroundings Surroundings { get; }

    public string Url => Session.ListensOn[0];

    public int Port => new Uri(Url).Port;

    public static Task<OwnServer> StartAsync(
        string url = "ws://127.0.0.1:0",
        params IEnumerable<(string Key, string Value)> values
    ) => StartAsync(TimeProvider.System, url, values);

    public static async Task<OwnServer> StartAsync(
        TimeProvider time,
        string url,
        params IEnumerable<(string Key, string Value)> values
    )
    {
        var surroundings = new Surroundings(capacity: 100_000, time);
        var session = await WebSocketProfiles.Transport.ListenAsync(
            WebSocketProfiles.Server(url, values),
            surroundings.Context,
            CancellationToken.None
        );
        return new OwnServer(session, surroundings);
    }

    public ValueTask DisposeAsync() => Session.DisposeAsync();
}
