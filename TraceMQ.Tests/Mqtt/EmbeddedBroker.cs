using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Mqtt;

/// <summary>Our own broker on a port that the system chose.</summary>
internal sealed class EmbeddedBroker : IAsyncDisposable
{
    private EmbeddedBroker(Surroundings surroundings, ISession session, int port)
    {
        Surroundings = surroundings;
        Session = session;
        Port = port;
    }

    public Surroundings Surroundings { get; }

    public ISession Session { get; }

    public int Port { get; }

    public static Task<EmbeddedBroker> StartAsync(params (string Key, string Value)[] values) =>
        StartAsync("mqtt://127.0.0.1:0", values);

    public static async Task<EmbeddedBroker> StartAsync(string url, params (string Key, string Value)[] values)
    {
        var profile = MqttProfiles.Of(url, [("mode", "server"), .. values]);
        var surroundings = new Surroundings();
        var session = await MqttProfiles.Transport.ListenAsync(profile, surroundings.Context, CancellationToken.None);
        var address = session.ListensOn[0];
        var endpoint = EndpointUrl.Parse(address, MqttProfiles.Transport.Schemes, out var problem);
        Assert.Null(problem);
        return new EmbeddedBroker(surroundings, session, endpoint!.Port);
    }

    public ValueTask DisposeAsync() => Session.DisposeAsync();
}
