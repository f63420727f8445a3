using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Confirm;
using TraceMQ.Tui.Screens.Messages;

namespace TraceMQ.Tui.Screens.Main;

/// <summary>Going back, closing, leaving for a while, leaving for good.</summary>
internal static class LeaveUpdate
{
    private static readonly TimeSpan s_twice = TimeSpan.FromSeconds(2);

    /// <summary>One level back: what is typed, an overlay, the zoom, a drawer, what hides messages.</summary>
    public static Transition Back(AppState state)
    {
        if (state.Typing != Typing.Nothing)
            return MessagesUpdate.EndTyping(state, isAccepted: false);
        if (state.Top is { } top)
            return top.Back(state) ?? CloseTop(state);
        if (state.Layout.IsZoomed)
            return state with { Layout = state.Layout with { IsZoomed = false } };
        if (state.Layout.Focus != PaneName.Messages)
            return LayoutUpdate.Focus(state, PaneName.Messages);
        if (state.Messages.FindText.Length > 0)
            return state with { Messages = state.Messages with { FindText = "" } };
        return MessagesUpdate.Widen(state)
            ?? state.Tell(StatusLevel.Information, $"this is the main screen; {state.Commands.KeyOf("quit")} quits");
    }

    /// <summary>Closes what is open; at the root quits, and asks where work would be lost.</summary>
    public static Transition Quit(AppState state)
    {
        if (state.Top is not null)
            return CloseTop(state);
        return new Transition(state, [new Effect.Quit()]);
    }

    /// <summary>Ctrl+C: cancels what is typed or asked; twice within two seconds quits.</summary>
    public static Transition Interrupt(AppState state)
    {
        if (state.InterruptedAt is { } before && state.Now - before < s_twice)
            return new Transition(state, [new Effect.Quit()]);
        var back = state.Typing != Typing.Nothing || state.Top is not null ? Back(state) : state;
        return back.Then(next =>
            (next with { InterruptedAt = state.Now }).Tell(StatusLevel.Information, "cancelled; Ctrl+C once more quits")
        );
    }

    /// <summary>Back to the shell for a while, and what that means for connections.</summary>
    public static Transition Suspend(AppState state)
    {
        var alive = state
            .Connections.Values.Where(connection => connection.IsConnected)
            .Select(connection => connection.Name)
            .ToArray();
        var said =
            alive.Length == 0
                ? state
                : state.Tell(
                    StatusLevel.Warning,
                    $"while stopped, these answer nobody and may be dropped: {string.Join(", ", alive)}"
                );
        return new Transition(said, [new Effect.Suspend()]);
    }

    /// <summary>Mouse on or off.</summary>
    public static Transition ToggleMouse(AppState state)
    {
        var isOn = !state.Layout.IsMouseOn;
        var next = state with { Layout = state.Layout with { IsMouseOn = isOn } };
        return new Transition(
            next.Tell(StatusLevel.Information, isOn ? "mouse on" : "mouse off: the terminal selects text again"),
            [new Effect.SetMouse(isOn)]
        );
    }

    private static Transition CloseTop(AppState state)
    {
        var top = state.Top!;
        return top.HasUnsavedWork
            ? state.Open(
                new DiscardState { Title = "Not saved", Notes = ["What you typed would be lost. Esc goes back to it."] }
            )
            : new Transition(state.CloseTop(), [.. top.Ending]);
    }
}
