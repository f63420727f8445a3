using System.Text;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Doubles;

/// <summary>A session in memory: it notes what it is told, and receives and ends when the test says so.</summary>
internal sealed class FakeSession(SessionContext context, Capabilities capabilities, bool isListening) : ISession
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, ResumePoint> _positions = [];

    public Capabilities Capabilities => capabilities;

    public bool IsListening => isListening;

    public IReadOnlyList<Fact> Facts => [new Fact("server", "fake")];

    public Task Completion => _completion.Task;

    public SessionContext Context => context;

    public int Disposals { get; private set; }

    public List<(Subscription Subscription, ResumePoint? From)> Subscribed { get; } = [];

    public List<OutgoingMessage> Published { get; } = [];

    public List<Subscription> Unsubscribed { get; } = [];

    public Func<Subscription, CancellationToken, Task<SubscribeResult>> OnSubscribe { get; set; } =
        (_, _) => Task.FromResult(new SubscribeResult(true, "granted"));

    public Func<OutgoingMessage, PublishResult> OnPublish { get; set; } =
        _ => new PublishResult(true, "sent", TimeSpan.Zero);

    /// <summary>What still happens while it is disposed.</summary>
    public Action OnDispose { get; set; } = () => { };

    public object? FeatureObject { get; set; }

    public void Lose(Exception reason) => _completion.TrySetException(reason);

    public void Lose(FailureKind kind, string sentence) => Lose(new TransportException(kind, sentence));

    public void StandAt(string topic, long offset) => _positions[topic] = new FakePoint(offset);

    public void Receive(string topic, string payload) => Receive(topic, Encoding.UTF8.GetBytes(payload));

    public void Receive(string topic, byte[] payload, params Header[] headers) =>
        context.Inbox.TryPost(
            new Message
            {
                Time = context.Time.GetUtcNow(),
                Topic = topic,
                Payload = payload,
                Headers = headers,
                Details = new MessageDetails(new Detail(FakeTransport.QosField, DetailValue.Of(1))),
            }
        );

    public ValueTask<Task> MarkAsync(string topic, HistoryMark mark) =>
        context.Inbox.WriteAsync(
            new Message
            {
                Time = context.Time.GetUtcNow(),
                Topic = topic,
                Mark = mark,
            },
            CancellationToken.None
        );

    public async Task<SubscribeResult> SubscribeAsync(
        Subscription subscription,
        ResumePoint? from,
        CancellationToken cancellationToken
    )
    {
        Subscribed.Add((subscription, from));
        return await OnSubscribe(subscription, cancellationToken);
    }

    public Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken)
    {
        Unsubscribed.Add(subscription);
        return Task.CompletedTask;
    }

    public ResumePoint? PositionOf(Subscription subscription) => _positions.GetValueOrDefault(subscription.Topic);

    public Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        Published.Add(message);
        try
        {
            return Task.FromResult(OnPublish(message));
        }
        catch (TransportException failure)
        {
            return Task.FromException<PublishResult>(failure);
        }
    }

    public T? Feature<T>()
        where T : class => FeatureObject as T;

    public ValueTask DisposeAsync()
    {
        Disposals++;
        OnDispose();
        _completion.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
