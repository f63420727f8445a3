using Confluent.Kafka;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Kafka;

/// <summary>The test broker, started as a profile in server mode starts it.</summary>
internal sealed class KafkaBroker : IAsyncDisposable
{
    private KafkaBroker(ISession session, Surroundings surroundings)
    {
        Session = session;
        Surroundings = surroundings;
        Port = new Uri(session.ListensOn[0]).Port;
    }

    public ISession Session { get; }

    /// <summary>What comes to the server.</summary>
    public Surroundings Surroundings { get; }

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Starts one that has these topics, each with four partitions.</summary>
    public static async Task<KafkaBroker> StartAsync(params string[] topics)
    {
        var surroundings = new Surroundings();
        var session = await KafkaProfiles.Transport.ListenAsync(
            KafkaProfiles.Of(("mode", "server")),
            surroundings.Context,
            CancellationToken.None
        );
        var broker = new KafkaBroker(session, surroundings);
        broker.Make(topics);
        return broker;
    }

    /// <summary>A profile that connects to it.</summary>
    public Profile Profile(params (string Key, string Value)[] values) => KafkaProfiles.At(Port, values);

    /// <summary>A session that is connected to it.</summary>
    public Task<ISession> ConnectAsync(Surroundings surroundings, params (string Key, string Value)[] values) =>
        KafkaProfiles.Transport.ConnectAsync(Profile(values), surroundings.Context, CancellationToken.None);

    /// <summary>Writes with a foreign configuration of the library, as fast as it goes.</summary>
    public IProducer<byte[]?, byte[]?> Producer(Action<ProducerConfig>? change = null)
    {
        var config = new ProducerConfig { BootstrapServers = Address, LingerMs = 5 };
        change?.Invoke(config);
        return new ProducerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
    }

    public async ValueTask DisposeAsync() => await Session.DisposeAsync();

    private void Make(string[] topics)
    {
        using var producer = Producer();
        using var admin = new DependentAdminClientBuilder(producer.Handle).Build();
        foreach (var topic in topics)
        {
            // To ask for a topic makes it, by a client that allows it.
            TopicMetadata made;
            do made = admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics.Single();
            while (made.Error.IsError);
        }
    }
}
