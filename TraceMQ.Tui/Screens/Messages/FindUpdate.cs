using TraceMQ.Tui.Core;

namespace TraceMQ.Tui.Screens.Messages;

/// <summary>Finding: it highlights and moves, and hides nothing.</summary>
internal static class FindUpdate
{
    /// <summary>Opens the line for typing.</summary>
    public static Transition Begin(AppState state) => state with { Typing = Typing.Find };

    /// <summary>The text changed while typing: it is highlighted at once.</summary>
    public static Transition Type(AppState state, string text) =>
        state with
        {
            Messages = state.Messages with { FindText = text },
        };

    /// <summary>Goes to the next or previous message that holds the text.</summary>
    public static Transition Step(AppState state, bool isForward)
    {
        if (state.Messages.FindText.Length == 0)
            return Begin(state);
        var generation = state.Generation + 1;
        var next = state with
        {
            Generation = generation,
            Messages = state.Messages with { FindGeneration = generation },
        };
        return new Transition(
            next,
            [new Effect.Find(state.Messages.FindText, state.Messages.SelectedId, isForward, generation)]
        );
    }

    /// <summary>The answer of a search.</summary>
    public static Transition TakeFound(AppState state, AppEvent.Found found)
    {
        if (found.Generation != state.Messages.FindGeneration)
            return state;
        return found.Id is { } id
            ? MessagesUpdate.Select(state, id, isFollowing: false)
            : state.Tell(StatusLevel.Warning, $"no other message in the list holds \"{state.Messages.FindText}\"");
    }
}
