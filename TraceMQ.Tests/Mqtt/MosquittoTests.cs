using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Mqtt;

/// <summary>What every test of the client against a mosquitto has: the broker, and sessions that end with the test.</summary>
/// <param name="more">More lines of the broker's configuration.</param>
public abstract class MosquittoTests(string more = "") : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];

    protected Mosquitto Broker { get; private set; } = null!;

    public async Task InitializeAsync() => Broker = await Mosquitto.StartAsync(more: more);

    public async Task DisposeAsync()
    {
        foreach (var owned in _owned)
            await owned.DisposeAsync();
        await Broker.DisposeAsync();
    }

    protected Task<ISession> ConnectAsync(Surroundings surroundings, params (string, string)[] values) =>
        ConnectAsync(Broker.Port, surroundings, values);

    protected async Task<ISession> ConnectAsync(int port, Surroundings surroundings, params (string, string)[] values)
    {
        var session = await MqttProfiles.Transport.ConnectAsync(
            MqttProfiles.Of(port, values),
            surroundings.Context,
            CancellationToken.None
        );
        Own(session);
        return session;
    }

    /// <summary>Ends something with the test.</summary>
    protected void Own(IAsyncDisposable owned) => _owned.Add(owned);
}
