using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport;

/// <summary>One live connection, or one listener. It never reconnects itself: it ends with a reason. Disposing twice is harmless, and nothing comes into the inbox after it.</summary>
public interface ISession : IAsyncDisposable
{
    /// <summary>What this session can do.</summary>
    Capabilities Capabilities { get; }

    /// <summary>The peer in a few words for the connection card: protocol version, address, server name. It is read again while somebody looks.</summary>
    IReadOnlyList<Fact> Facts { get; }

    /// <summary>The URLs at which it listens, with their real ports; empty where it connects.</summary>
    IReadOnlyList<string> ListensOn => [];

    /// <summary>Ends on dispose; faults with a <see cref="TransportException"/> when the connection is lost.</summary>
    Task Completion { get; }

    /// <summary>Subscribes, or replaces the subscription of the same topic.</summary>
    /// <param name="subscription">What to receive.</param>
    /// <param name="from">Where an earlier session stood; null for the beginning that the options name.</param>
    /// <param name="cancellationToken">Gives up waiting for the answer.</param>
    /// <exception cref="TransportException">The connection failed. A refusal is a result, not an exception.</exception>
    Task<SubscribeResult> SubscribeAsync(
        Subscription subscription,
        ResumePoint? from,
        CancellationToken cancellationToken
    );

    /// <summary>Ends a subscription; one that does not exist is no error.</summary>
    Task UnsubscribeAsync(Subscription subscription, CancellationToken cancellationToken);

    /// <summary>
    /// The last delivered position, where a replacement session goes on; null where the protocol stores nothing. It is asked after the session
    /// was disposed, when it delivers nothing more, so that the position is the last one.
    /// </summary>
    ResumePoint? PositionOf(Subscription subscription);

    /// <summary>Sends a message and waits for what the peer answers. What went out is also put into the inbox, with <see cref="Direction.Out"/>.</summary>
    /// <exception cref="TransportException">The connection failed, or the message cannot be sent as it is.</exception>
    Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken);

    /// <summary>What only some protocols have: <see cref="IRequests"/>, <see cref="IBrowsable"/>. Null where it is not had.</summary>
    T? Feature<T>()
        where T : class;
}
