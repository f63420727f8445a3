using Amqp;
using Amqp.Framing;
using Amqp.Sasl;
using Amqp.Types;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport.EventHubs;
using TraceMQ.Transport.Settings;
using AmqpMessage = Amqp.Message;

namespace TraceMQ.Tests.EventHubs.Server;

/// <summary>AMQPNetLite as a client of our hub, bare: a test says itself what goes over the wire.</summary>
internal sealed class LiteClient : IAsyncDisposable
{
    private readonly Connection _connection;

    private LiteClient(Connection connection)
    {
        _connection = connection;
        Session = new Session(connection);
    }

    public Session Session { get; }

    public Connection Connection => _connection;

    public static async Task<LiteClient> ConnectAsync(
        LocalHubServer hub,
        string? user = null,
        string? key = null,
        int maxFrameSize = 65_536
    )
    {
        var factory = new ConnectionFactory();
        if (user is null)
            factory.SASL.Profile = SaslProfile.Anonymous;
        factory.AMQP.MaxFrameSize = maxFrameSize;
        var address = new Address("127.0.0.1", hub.Port, user, key, scheme: "amqp");
        return new LiteClient(await factory.CreateAsync(address).WaitAsync(Surroundings.Patience));
    }

    /// <summary>Connects, and puts a token for the whole hub.</summary>
    public static async Task<LiteClient> OpenAsync(LocalHubServer hub, int maxFrameSize = 65_536)
    {
        var client = await ConnectAsync(hub, maxFrameSize: maxFrameSize);
        var (status, text) = await client.PutTokenAsync($"sb://127.0.0.1/{LocalHubServer.Hub}");
        Assert.True(status == 202, text);
        return client;
    }

    public static Secret Token(string resource, DateTimeOffset? expiry = null, string key = LocalHubServer.Key) =>
        SasToken.Create(
            resource,
            LocalHubServer.KeyName,
            new Secret(key),
            expiry ?? TimeProvider.System.GetUtcNow().AddHours(1)
        );

    public Task<(int Status, string Text)> PutTokenAsync(string resource, DateTimeOffset? expiry = null) =>
        PutTokenAsync(resource, Token(resource, expiry).Reveal(), "servicebus.windows.net:sastoken");

    public async Task<(int Status, string Text)> PutTokenAsync(string audience, string token, string type)
    {
        var answer = await AskAsync("$cbs", token, ("operation", "put-token"), ("type", type), ("name", audience));
        return (
            (int)answer.ApplicationProperties["status-code"],
            (string)answer.ApplicationProperties["status-description"]
        );
    }

    /// <summary>Sends a request to a node and waits for its answer.</summary>
    public async Task<AmqpMessage> AskAsync(string node, object body, params (string Name, object Value)[] properties)
    {
        var replyTo = $"reply-{Guid.NewGuid():n}";
        var receiver = new ReceiverLink(
            Session,
            replyTo,
            new Attach
            {
                Source = new Source { Address = node },
                Target = new Target { Address = replyTo },
            },
            onAttached: null
        );
        receiver.SetCredit(1, autoRestore: false);
        var sender = new SenderLink(Session, $"ask-{replyTo}", node);
        var request = new AmqpMessage(body)
        {
            Properties = new Properties { MessageId = replyTo, ReplyTo = replyTo },
            ApplicationProperties = new ApplicationProperties(),
        };
        foreach (var (name, value) in properties)
            request.ApplicationProperties[name] = value;
        await sender.SendAsync(request).WaitAsync(Surroundings.Patience);
        var answer = await receiver.ReceiveAsync(Surroundings.Patience);
        Assert.NotNull(answer);
        Assert.Equal(replyTo, answer.Properties.CorrelationId);
        await sender.CloseAsync().WaitAsync(Surroundings.Patience);
        await receiver.CloseAsync().WaitAsync(Surroundings.Patience);
        return answer;
    }

    /// <summary>Attaches a sender, and waits until it is there.</summary>
    public async Task<SenderLink> SenderAsync(string address)
    {
        var attached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sender = new SenderLink(
            Session,
            $"s-{Guid.NewGuid():n}",
            new Attach
            {
                Source = new Source(),
                Target = new Target { Address = address },
            },
            (_, attach) => Attached(attach.Target, attached)
        );
        await AttachedAsync(sender, attached);
        return sender;
    }

    /// <summary>Attaches a receiver of a partition, and waits until it is there.</summary>
    public async Task<ReceiverLink> ReceiverAsync(
        string partition,
        string? selector = null,
        string group = "$Default",
        long? epoch = null,
        SenderSettleMode settle = SenderSettleMode.Settled,
        bool wantsMetric = false
    )
    {
        var source = new Source { Address = $"{LocalHubServer.Hub}/ConsumerGroups/{group}/Partitions/{partition}" };
        if (selector is not null)
            source.FilterSet = new Map
            {
                [new Symbol(HubVocabulary.SelectorFilter)] = new DescribedValue(
                    HubVocabulary.SelectorDescriptor,
                    selector
                ),
            };
        var attach = new Attach
        {
            Source = source,
            Target = new Target { Address = "here" },
            SndSettleMode = settle,
            Properties = new Fields { [new Symbol(HubVocabulary.ReceiverName)] = "lite" },
        };
        if (epoch is { } level)
            attach.Properties[new Symbol(HubVocabulary.Epoch)] = level;
        if (wantsMetric)
            attach.DesiredCapabilities = [new Symbol(HubVocabulary.RuntimeMetric)];
        var attached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var receiver = new ReceiverLink(
            Session,
            $"r-{Guid.NewGuid():n}",
            attach,
            (_, answer) => Attached(answer.Source, attached)
        );
        await AttachedAsync(receiver, attached);
        return receiver;
    }

    /// <summary>Why a link was refused.</summary>
    public static async Task<Error> RefusedAsync(Func<Task> attach) =>
        (await Assert.ThrowsAsync<AmqpException>(attach)).Error;

    /// <summary>Waits for a link's end, and gives its reason.</summary>
    public static async Task<Error> EndOfAsync(Link link)
    {
        var ended = new TaskCompletionSource<Error>(TaskCreationOptions.RunContinuationsAsynchronously);
        link.Closed += (_, error) => ended.TrySetResult(error);
        if (link.IsClosed)
            ended.TrySetResult(link.Error);
        return await ended.Task.WaitAsync(Surroundings.Patience);
    }

    public static AmqpMessage Event(string text) =>
        new() { BodySection = new Data { Binary = System.Text.Encoding.UTF8.GetBytes(text) } };

    /// <summary>A batch as Microsoft's clients make it.</summary>
    public static AmqpMessage Batch(IEnumerable<AmqpMessage> events)
    {
        var list = new DataList();
        foreach (var item in events)
        {
            var encoded = item.Encode();
            list.Add(new Data { Binary = encoded.Buffer.AsSpan(encoded.Offset, encoded.Length).ToArray() });
        }

        return new AmqpMessage { BodySection = list, Format = HubVocabulary.BatchFormat };
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _connection.CloseAsync(TimeSpan.FromSeconds(5), error: null);
        }
        catch (Exception exception) when (exception is AmqpException or TimeoutException or ObjectDisposedException)
        {
            // The hub has ended it already.
        }
    }

    private static void Attached(object? node, TaskCompletionSource attached)
    {
        // A refused link is attached to nothing first, and its detach says why.
        if (node is not null)
            attached.TrySetResult();
    }

    private static async Task AttachedAsync(Link link, TaskCompletionSource attached)
    {
        link.Closed += (_, error) =>
        {
            if (error is not null)
                attached.TrySetException(new AmqpException(error));
        };
        if (link.IsClosed)
            attached.TrySetException(new AmqpException(link.Error));
        await attached.Task.WaitAsync(Surroundings.Patience);
    }
}
