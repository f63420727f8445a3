using TraceMQ.Transport.Coap;
using TraceMQ.Transport.EventHubs;
using TraceMQ.Transport.Kafka;
using TraceMQ.Transport.Mqtt;
using TraceMQ.Transport.Nats;
using TraceMQ.Transport.Sockets;
using TraceMQ.Transport.WebSocket;

namespace TraceMQ.Transport;

/// <summary>The one list of protocols.</summary>
public static class Transports
{
    /// <summary>Every protocol, in the order in which they are offered.</summary>
    public static IReadOnlyList<ITransport> All { get; } =
    [
        new MqttTransport(),
        new NatsTransport(),
        new EventHubsTransport(),
        new KafkaTransport(),
        new CoapTransport(),
        new WebSocketTransport(),
        new SocketTransport(),
    ];

    /// <summary>The protocol with this name in a profile; null where there is none.</summary>
    public static ITransport? Find(string protocol) =>
        All.FirstOrDefault(transport => transport.Protocol.Equals(protocol, StringComparison.OrdinalIgnoreCase));

    /// <summary>The protocol that a URL's scheme means, without the short names that need a profile's protocol; null where there is none.</summary>
    public static ITransport? FindByScheme(string urlScheme) =>
        All.FirstOrDefault(transport =>
            transport.Schemes.Any(scheme => scheme.Name.Equals(urlScheme, StringComparison.OrdinalIgnoreCase))
        );
}
