using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport;

/// <summary>A protocol: what it can be told, what its messages carry, and how to start a session of it.</summary>
public interface ITransport
{
    /// <summary>Its name in a profile: <c>mqtt</c>.</summary>
    string Protocol { get; }

    /// <summary>The URL schemes that mean it, the plain one first.</summary>
    IReadOnlyList<UrlScheme> Schemes { get; }

    /// <summary>True where <see cref="ListenAsync"/> works: <c>mode = "server"</c>.</summary>
    bool CanListen { get; }

    /// <summary>How its topics are written and matched.</summary>
    TopicSyntax Topics { get; }

    /// <summary>Whether a subscription of this profile names a topic.</summary>
    TopicUse SubscribeTopic(Profile profile) => TopicUse.Required;

    /// <summary>False where even a client has nothing to subscribe to: all that the peer sends comes (a WebSocket).</summary>
    bool HasSubscriptions => true;

    /// <summary>Whether a message that this profile sends names a topic.</summary>
    TopicUse PublishTopic(Profile profile) => TopicUse.Required;

    /// <summary>What this profile puts before topics, beside those that are the peer's own (<see cref="TopicSyntax.IsOfPeer"/>); empty for nothing.</summary>
    string TopicPrefix(Profile profile) => "";

    /// <summary>Whether a profile of this mode has a <c>url</c>.</summary>
    UrlUse UrlUse(ProfileMode mode) => Settings.UrlUse.Required;

    /// <summary>The profile that a target of the command line means which is no URL of <see cref="Schemes"/>: a connection string. Null where it is not of this protocol.</summary>
    RawProfile? Recognise(string target) => null;

    /// <summary>Why it cannot honour a setting that other protocols have, in one sentence; null where its name says enough.</summary>
    string? WhyNot(string key) => null;

    /// <summary>Settings of a profile beyond <see cref="CommonSettings"/>, in the order of the form.</summary>
    IReadOnlyList<Setting> ProfileSettings { get; }

    /// <summary>Settings of a subscription.</summary>
    IReadOnlyList<Setting> SubscribeSettings { get; }

    /// <summary>Settings of a message to send.</summary>
    IReadOnlyList<Setting> PublishSettings { get; }

    /// <summary>The facts that its messages carry.</summary>
    IReadOnlyList<DetailField> Details { get; }

    /// <summary>What is wrong with the values together, after each alone was found good: a setting that the chosen version or mode cannot honour.</summary>
    IEnumerable<SettingProblem> Check(Profile profile);

    /// <summary>What a connection of this profile would leave behind on the peer: a will, a kept session, a shared subscription. Empty: nothing.</summary>
    IEnumerable<string> LeavesBehind(Profile profile);

    /// <summary>True where sending it changes something on the peer or reaches others, so that a read-only profile must not.</summary>
    bool Changes(OutgoingMessage message) => true;

    /// <summary>The options to send a received message again: what it carried, as far as <see cref="PublishSettings"/> can express it.</summary>
    SettingValues OptionsOf(Message message);

    /// <summary>Connects to the peer.</summary>
    /// <exception cref="TransportException">It failed; the sentence says why and what to do.</exception>
    Task<ISession> ConnectAsync(Profile profile, SessionContext context, CancellationToken cancellationToken);

    /// <summary>Listens instead of connecting.</summary>
    /// <exception cref="TransportException">It failed; the sentence says why and what to do.</exception>
    Task<ISession> ListenAsync(Profile profile, SessionContext context, CancellationToken cancellationToken);

    /// <summary>Tries the connection step by step: name, TCP, TLS, handshake, authentication.</summary>
    IAsyncEnumerable<TestStep> TestAsync(Profile profile, SessionContext context, CancellationToken cancellationToken);
}
