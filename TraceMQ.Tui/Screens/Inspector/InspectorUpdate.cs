using TraceMQ.Tui.Core;
using TraceMQ.Tui.Payloads;

namespace TraceMQ.Tui.Screens.Inspector;

/// <summary>The inspector: which message it shows, and how.</summary>
internal static class InspectorUpdate
{
    private static readonly TimeSpan s_followEvery = TimeSpan.FromMilliseconds(300);

    // A message that cannot be read must not keep the following ones out for ever.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>Shows a message.</summary>
    public static Transition Open(AppState state, long id)
    {
        if (id == 0)
            return state;
        var generation = state.Generation + 1;
        var inspector = state.Inspector with { Generation = generation, IsOpening = true };
        return new Transition(
            state with
            {
                Generation = generation,
                Inspector = inspector,
            },
            [new Effect.OpenMessage(id, generation, inspector.Choice)]
        );
    }

    /// <summary>Shows the newest message while the list follows, at most a few times a second: what changes faster cannot be read.</summary>
    public static Transition Follow(AppState state, long id, DateTimeOffset now)
    {
        var since = now - state.Inspector.FollowedAt;
        if (since < s_followEvery || (state.Inspector.IsOpening && since < s_patience))
            return state;
        return Open(state with { Inspector = state.Inspector with { FollowedAt = now } }, id);
    }

    /// <summary>The newest message that came too soon after another to be shown then.</summary>
    public static Transition CatchUp(AppState state) =>
        state.Messages is { IsFollowing: true, SelectedId: var id and not 0 } && state.Inspector.Opened?.Stored.Id != id
            ? Follow(state, id, state.Now)
            : state;

    /// <summary>A message was read and decoded.</summary>
    public static Transition TakeOpened(AppState state, AppEvent.MessageOpened opened)
    {
        if (opened.Generation != state.Inspector.Generation)
            return state;
        var isSame = opened.Opened?.Stored.Id == state.Inspector.Opened?.Stored.Id;
        var next = state with
        {
            Inspector = state.Inspector with
            {
                IsOpening = false,
                Opened = opened.Opened ?? state.Inspector.Opened,
                Folds = isSame ? state.Inspector.Folds : state.Inspector.Folds.ForNextDocument(),
            },
        };

        return opened.Opened is null ? next.Tell(StatusLevel.Warning, "that message has left the log") : next;
    }

    /// <summary>The next way to look at the message.</summary>
    public static Transition NextTab(AppState state)
    {
        InspectorTab[] tabs =
        [
            .. Enum.GetValues<InspectorTab>()
                .Where(tab => tab != InspectorTab.Diff || state.Inspector.Opened?.Difference is not null),
        ];
        var at = Array.IndexOf(tabs, state.Inspector.Tab);
        return ShowTab(state, tabs[(at + 1) % tabs.Length]);
    }

    /// <summary>One way to look at the message.</summary>
    public static Transition ShowTab(AppState state, InspectorTab tab)
    {
        var wantsHistory = tab == InspectorTab.History;
        var next = state with
        {
            Inspector = state.Inspector with
            {
                Tab = tab,
                Choice = state.Inspector.Choice with { WantsHistory = wantsHistory },
            },
        };
        return wantsHistory && next.Inspector.Opened is { } opened ? Open(next, opened.Stored.Id) : next;
    }

    /// <summary>Shows the payload in the next format that can show it.</summary>
    public static Transition NextFormat(AppState state)
    {
        if (state.Inspector.Opened is not { } opened)
            return state;
        string?[] names = [null, .. PayloadFormats.All.Select(format => format.Name)];
        var at = Array.IndexOf(names, state.Inspector.Choice.Format);
        var next = names[(at + 1) % names.Length];
        return Open(
            state with
            {
                Inspector = state.Inspector with
                {
                    Tab = InspectorTab.Payload,
                    Choice = state.Inspector.Choice with { Format = next },
                },
            },
            opened.Stored.Id
        );
    }

    /// <summary>Shows the difference: between the two marked messages, or to the one before on the same topic.</summary>
    public static Transition Compare(AppState state)
    {
        var marks = state.Messages.Marks;
        var (left, right) = marks.Count == 2 ? (marks[0], marks[1]) : (-1, state.Messages.SelectedId);
        var next = state with
        {
            Inspector = state.Inspector with
            {
                Tab = InspectorTab.Diff,
                Choice = state.Inspector.Choice with { CompareWith = left },
            },
            Layout = state.Layout with { IsInspectorHidden = false },
        };
        return Open(next, right);
    }

    /// <summary>Why there is nothing to look at.</summary>
    public static string? WhyNothing(AppState state) => state.Opened is null ? "no message is open" : null;
}
