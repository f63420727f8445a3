using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;
using MQTTnet.Server;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Mqtt.Server;

/// <summary>Gives the library's server the connections of our listeners.</summary>
internal sealed class BrokerAdapter : IMqttServerAdapter
{
    private readonly IReadOnlyList<StreamListener> _listeners;
    private readonly TimeProvider _time;
    private MqttServerOptions _options = new();
    private IMqttNetLogger _logger = MqttNetNullLogger.Instance;

    public BrokerAdapter(IReadOnlyList<StreamListener> listeners, TimeProvider time)
    {
        _listeners = listeners;
        _time = time;
    }

    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger)
    {
        _options = options;
        _logger = logger;
        foreach (var listener in _listeners)
            listener.Accept(ServeAsync);
        return Task.CompletedTask;
    }

    public async Task StopAsync()
    {
        foreach (var listener in _listeners)
            await listener.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Nothing: the server stops what it has started, and the session owns the listeners.</summary>
    public void Dispose() { }

    private async Task ServeAsync(PeerStream peer)
    {
        if (ClientHandler is not { } handler)
            return;
        var buffered = new ReadAheadStream(peer.Stream, _time);
        await using (buffered.ConfigureAwait(false))
        {
            var channel = new MqttTcpChannel(
                buffered,
                peer.LocalEndPoint,
                peer.RemoteEndPoint,
                clientCertificate: null
            );
            var writer = new MqttBufferWriter(_options.WriterBufferSize, _options.WriterBufferSizeMax);
            using var adapter = new MqttChannelAdapter(channel, new MqttPacketFormatterAdapter(writer), _logger)
            {
                AllowPacketFragmentation = false,
            };
            await handler(new NamedClientAdapter(adapter)).ConfigureAwait(false);
        }
    }
}
