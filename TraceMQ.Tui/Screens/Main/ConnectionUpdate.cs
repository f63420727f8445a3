using System.Collections.Immutable;
using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Profiles;
using TraceMQ.Tui.Screens.ConnectionCard;

namespace TraceMQ.Tui.Screens.Main;

/// <summary>Connections: starting them, ending them, and what they report.</summary>
internal static class ConnectionUpdate
{
    /// <summary>Connects a profile, or tries again at once where it is waiting.</summary>
    public static Transition Connect(AppState state, RawProfile profile)
    {
        var existing = state.ConnectionOf(profile.Name);
        if (existing is { Phase: ConnectionPhase.Waiting })
            return new Transition(state, [new Effect.Retry(existing.Source)]);
        if (existing is { IsAlive: true })
            return state.Tell(StatusLevel.Information, $"{profile.Name} is {Words(existing)} already");
        if (state.Transports.FirstOrDefault(candidate => candidate.Protocol == profile.Protocol) is not { } transport)
            return state.Tell(StatusLevel.Error, $"{profile.Name}: {profile.Protocol} is not in this version");
        var connection = new Connection
        {
            Source = existing?.Source ?? state.Connections.Count,
            Profile = profile,
            Transport = transport,
            IsReadOnly = state.IsReadOnly || IsOn(profile, CommonSettings.ReadOnly),
            IsProduction = IsOn(profile, CommonSettings.Production),
            IsListener = profile.Values.GetValueOrDefault(CommonSettings.Mode.Key) is RawValue.Text { Value: "server" },
            Received = existing?.Received ?? 0,
            Dropped = existing?.Dropped ?? 0,
        };
        // A connection's own branch, which is there where there are several, starts unfolded.
        var topics = state.Topics with
        {
            Expanded = state.Topics.Expanded.Add(new TopicBranch(connection.Source, Path: null)),
        };
        return new Transition(
            state.With(connection) with
            {
                Topics = topics,
            },
            [new Effect.Connect(connection.Source, profile, transport, connection.IsReadOnly)]
        );
    }

    /// <summary>Ends a connection; its messages stay.</summary>
    public static Transition Disconnect(AppState state, Connection connection) =>
        new(state, [new Effect.Disconnect(connection.Source)]);

    /// <summary>Takes a report of a session.</summary>
    public static Transition Report(AppState state, int source, SessionEvent report)
    {
        var connection = state.Connections[source];
        return report switch
        {
            SessionEvent.Connecting => state.With(
                connection with
                {
                    Phase = ConnectionPhase.Connecting,
                    RetryAt = null,
                }
            ),
            SessionEvent.Connected connected => TakeConnected(state, connection, connected),
            SessionEvent.Subscribed subscribed => TakeSubscribed(state, connection, subscribed),
            SessionEvent.Unsubscribed unsubscribed => state
                .With(
                    connection with
                    {
                        Subscriptions = connection.Subscriptions.RemoveAll(item =>
                            item.Subscription.Topic == unsubscribed.Subscription.Topic
                        ),
                    }
                )
                .Tell(StatusLevel.Good, $"{connection.Name}: unsubscribed {unsubscribed.Subscription.Topic}"),
            SessionEvent.Noticed noticed => state
                .With(Without(connection, noticed.Notice).With(state.Now, noticed.Notice))
                .Tell(
                    noticed.Notice.Level == NoticeLevel.Warning ? StatusLevel.Warning : StatusLevel.Information,
                    $"{connection.Name}: {noticed.Notice.Text}"
                ),
            SessionEvent.Waiting waiting => state
                .With(
                    Ended(connection) with
                    {
                        Phase = ConnectionPhase.Waiting,
                        Reason = waiting.Reason.Message,
                        RetryAt = state.Now + waiting.Delay,
                    }
                )
                .Tell(StatusLevel.Error, $"{connection.Name}: {waiting.Reason.Message}"),
            SessionEvent.Ended { Reason: { } reason } => state
                .With(Ended(connection) with { Phase = ConnectionPhase.Failed, Reason = reason.Message })
                .Tell(StatusLevel.Error, $"{connection.Name}: {reason.Message}"),
            SessionEvent.Ended => state.With(Ended(connection) with { Phase = ConnectionPhase.Closed }),
            _ => state,
        };
    }

    /// <summary>A second went by: rates, ages, the time until the next attempt.</summary>
    public static Transition Tick(AppState state, AppEvent.Ticked ticked)
    {
        var next = state with { Now = ticked.Now };
        foreach (var (source, counters) in ticked.Counters ?? ImmutableDictionary<int, SourceCounters>.Empty)
        {
            var connection = next.Connections[source];
            var counted = connection with
            {
                Rate = counters.Received - connection.Received,
                Received = counters.Received,
                Dropped = counters.Dropped,
            };
            if (counted != connection)
                next = next.With(counted);
        }

        return ConnectionCardUpdate.Refresh(next);
    }

    private static Transition TakeConnected(AppState state, Connection connection, SessionEvent.Connected connected)
    {
        var live = connection with
        {
            Phase = ConnectionPhase.Connected,
            Reason = "",
            RetryAt = null,
            Capabilities = connected.Capabilities,
            Facts = connected.Facts,
            ListensOn = connected.ListensOn,
            PublishTopic = connected.PublishTopic,
            SubscribeTopic = connected.SubscribeTopic,
            TopicPrefix = connected.TopicPrefix,
        };
        var next = state
            .With(live)
            .Tell(
                StatusLevel.Good,
                live.ListensOn.Count == 0
                    ? $"{connection.Name}: connected"
                    : $"{connection.Name}: listening on {string.Join(", ", live.ListensOn)}"
            );
        return new Transition(
            next,
            live.Capabilities.HasFlag(Capabilities.Discovery) ? [new Effect.ListTopics(live.Source)] : []
        );
    }

    private static AppState TakeSubscribed(AppState state, Connection connection, SessionEvent.Subscribed subscribed)
    {
        var others = connection.Subscriptions.RemoveAll(item =>
            item.Subscription.Topic == subscribed.Subscription.Topic
        );
        var next = state.With(
            connection with
            {
                Subscriptions = others.Add((subscribed.Subscription, subscribed.Result)),
            }
        );
        var topic = connection.Transport.Topics.Shown(subscribed.Subscription.Topic);
        var sentence = $"{connection.Name}: {topic}: {subscribed.Result.Text}";
        return next.Tell(subscribed.Result.IsAccepted ? StatusLevel.Good : StatusLevel.Error, sentence);
    }

    // What the card says of a subscription that ended by itself.
    private static Connection Without(Connection connection, Notice notice)
    {
        var at = connection.Subscriptions.FindIndex(item =>
            notice.EndsSubscription && item.Subscription.Topic == notice.Topic
        );
        return at < 0
            ? connection
            : connection with
            {
                Subscriptions = connection.Subscriptions.SetItem(
                    at,
                    (
                        connection.Subscriptions[at].Subscription,
                        new SubscribeResult(IsAccepted: false, "ended by itself")
                    )
                ),
            };
    }

    private static Connection Ended(Connection connection) =>
        connection with
        {
            Capabilities = Capabilities.None,
            RetryAt = null,
            Rate = 0,
        };

    private static string Words(Connection connection) =>
        connection.Phase == ConnectionPhase.Connecting ? "connecting" : "connected";

    private static bool IsOn(RawProfile profile, Setting<bool> setting) =>
        profile.Values.TryGetValue(setting.Key, out var raw)
        && setting.TryParse(raw, out var value, out _)
        && (bool)value;
}
