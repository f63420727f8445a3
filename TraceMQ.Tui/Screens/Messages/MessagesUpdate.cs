using System.Collections.Immutable;
using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Screens.Inspector;

namespace TraceMQ.Tui.Screens.Messages;

/// <summary>The message list: what it shows, where it stands, what is marked.</summary>
internal static class MessagesUpdate
{
    /// <summary>The log changed: the list goes on following, and the inspector with it.</summary>
    public static Transition TakeLog(AppState state, StoreSnapshot store, DateTimeOffset now)
    {
        var next = state with { Store = store };
        if (!state.Messages.IsFollowing || store.Rows.Count == 0)
            return next;
        var newest = store.Rows.IdAt(store.Rows.Count - 1);
        if (newest == state.Messages.SelectedId)
            return next;
        next = next with { Messages = next.Messages with { SelectedId = newest } };
        return InspectorUpdate.Follow(next, newest, now);
    }

    /// <summary>The backlog was searched, up to a point or to its end.</summary>
    public static Transition TakeScan(AppState state, AppEvent.ScopeScanned scanned)
    {
        if (scanned.Generation != state.Messages.ScopeGeneration || scanned.Store is not { } store)
            return state;
        return TakeLog(state, store, state.Now);
    }

    /// <summary>The user selected a message.</summary>
    public static Transition Select(AppState state, long id, bool isFollowing)
    {
        var messages = state.Messages;
        var pausedAt =
            isFollowing ? 0
            : messages.IsFollowing ? NewestId(state)
            : messages.PausedAt;
        if (messages.SelectedId == id && messages.IsFollowing == isFollowing)
            return state;
        var next = state with
        {
            Messages = messages with { SelectedId = id, IsFollowing = isFollowing, PausedAt = pausedAt },
        };
        return id == messages.SelectedId ? next : InspectorUpdate.Open(next, id);
    }

    /// <summary>Freezes the list, or follows again.</summary>
    public static Transition ToggleFollow(AppState state) =>
        state.Messages.IsFollowing ? Select(state, state.Messages.SelectedId, isFollowing: false) : Follow(state);

    /// <summary>Goes to the newest message and follows.</summary>
    public static Transition Follow(AppState state) => Select(state, NewestId(state), isFollowing: true);

    /// <summary>Shows another time in the list; the source's own only where a connection has one.</summary>
    public static Transition NextTime(AppState state)
    {
        var hasSource = state.Connections.Values.Any(connection =>
            connection.Transport.Details.Any(field => field.Kind == DetailKind.Time)
        );
        var next = state.Messages.Time switch
        {
            TimeColumn.Received when hasSource => TimeColumn.Source,
            TimeColumn.Received or TimeColumn.Source => TimeColumn.Difference,
            _ => TimeColumn.Received,
        };
        var words = next switch
        {
            TimeColumn.Source => "the source's own time",
            TimeColumn.Difference => "the difference to the row above",
            _ => "the time of receiving",
        };
        return (state with { Messages = state.Messages with { Time = next } }).Tell(
            StatusLevel.Information,
            $"time column: {words}"
        );
    }

    /// <summary>The typed filter changed: it applies at once where it is valid, and says what is wrong where it is not.</summary>
    public static Transition TypeFilter(AppState state, string text)
    {
        var parsed = MessageFilter.Parse(text, [.. state.Transports.Select(transport => transport.Topics)]);
        var typed = state with
        {
            Messages = state.Messages with { FilterText = text, FilterProblem = parsed.Problem ?? "" },
        };
        return parsed.Filter is { } filter ? ChangeScope(typed, state.Messages.Scope with { Filter = filter }) : typed;
    }

    /// <summary>Typing ended: Enter keeps what is valid, Esc brings the filter back that was there before.</summary>
    public static Transition EndTyping(AppState state, bool isAccepted)
    {
        var ended = state with { Typing = Typing.Nothing };
        if (state.Typing == Typing.Find)
            return isAccepted
                ? FindUpdate.Step(ended, isForward: true)
                : ended with
                {
                    Messages = ended.Messages with { FindText = "" },
                };
        if (!isAccepted)
            return TypeFilter(ended, state.Messages.FilterBefore);
        return state.Messages.FilterProblem.Length == 0
            ? ended
            : TypeFilter(ended, state.Messages.FilterBefore)
                .Then(next =>
                    next.Tell(StatusLevel.Error, $"the filter was not valid: {state.Messages.FilterProblem}")
                );
    }

    /// <summary>Opens the filter for typing.</summary>
    public static Transition BeginFilter(AppState state) =>
        state with
        {
            Typing = Typing.Filter,
            Layout = state.Layout with
            {
                Focus = PaneName.Messages,
                IsZoomed = state.Layout.IsZoomed && state.Layout.Focus == PaneName.Messages,
            },
            Messages = state.Messages with { FilterBefore = state.Messages.FilterText },
        };

    /// <summary>Shows only what one connection received, or all again.</summary>
    public static Transition ToggleSource(AppState state, int source)
    {
        var scope = state.Messages.Scope;
        return ChangeScope(state, scope with { Source = scope.Source == source ? null : source });
    }

    /// <summary>Shows only the topic of the selected message, or all topics again.</summary>
    public static Transition ToggleTopic(AppState state, TopicScope topic)
    {
        var scope = state.Messages.Scope;
        return ChangeScope(state, scope with { Only = topic.Equals(scope.Only) ? null : topic });
    }

    /// <summary>Hides a topic.</summary>
    public static Transition Exclude(AppState state, TopicScope topic)
    {
        var scope = state.Messages.Scope;
        return ChangeScope(state, scope with { Excluded = [.. scope.Excluded, topic] });
    }

    /// <summary>Shows only the newest message of each topic, or all again.</summary>
    public static Transition ToggleLatest(AppState state)
    {
        var scope = state.Messages.Scope;
        return ChangeScope(state, scope with { IsLatestPerTopic = !scope.IsLatestPerTopic });
    }

    /// <summary>Takes back the narrowest thing that hides messages.</summary>
    /// <returns>Null where nothing does.</returns>
    public static Transition? Widen(AppState state)
    {
        var scope = state.Messages.Scope;
        if (!scope.Filter.IsEmpty)
            return TypeFilter(state, "");
        if (scope.IsLatestPerTopic)
            return ChangeScope(state, scope with { IsLatestPerTopic = false });
        if (scope.Only is not null)
            return ChangeScope(state, scope with { Only = null });
        if (scope.Excluded.Count > 0)
            return ChangeScope(state, scope with { Excluded = [] });
        if (scope.Source is not null)
            return ChangeScope(state, scope with { Source = null });
        return null;
    }

    /// <summary>Marks the selected message, or takes the mark away.</summary>
    public static Transition ToggleMark(AppState state)
    {
        var id = state.Messages.SelectedId;
        var isMarked = state.Messages.Marks.Contains(id);
        var marks = isMarked ? state.Messages.Marks.Remove(id) : state.Messages.Marks.Add(id);
        return new Transition(
            state with
            {
                Messages = state.Messages with { Marks = marks },
            },
            [new Effect.Pin(id, !isMarked)]
        );
    }

    /// <summary>Takes every mark away.</summary>
    public static Transition ClearMarks(AppState state) =>
        new(
            state with
            {
                Messages = state.Messages with { Marks = [] },
            },
            [.. state.Messages.Marks.Select(id => (Effect)new Effect.Pin(id, IsPinned: false))]
        );

    /// <summary>Empties the list and forgets the kept messages, the marked ones too.</summary>
    public static Transition Clear(AppState state)
    {
        var unmarked = ClearMarks(state);
        return new Transition(
            unmarked.State with
            {
                Messages = unmarked.State.Messages with { SelectedId = 0, IsFollowing = true },
                Inspector = new Inspector.InspectorState(),
            },
            [.. unmarked.Effects, new Effect.ClearLog()]
        );
    }

    /// <summary>Why nothing can be done with a selected message.</summary>
    public static string? WhyNone(AppState state) =>
        state.Messages.SelectedId == 0 || state.IsAllHidden ? "no message is selected" : null;

    private static Transition ChangeScope(AppState state, MessageScope scope)
    {
        if (scope.Equals(state.Messages.Scope))
            return state;
        var generation = state.Generation + 1;
        var next = state with
        {
            Generation = generation,
            Messages = state.Messages with { Scope = scope, ScopeGeneration = generation },
        };
        return new Transition(next, [new Effect.ChangeScope(scope, generation)]);
    }

    private static long NewestId(AppState state) =>
        state.Store.Rows.Count == 0 ? 0 : state.Store.Rows.IdAt(state.Store.Rows.Count - 1);
}
