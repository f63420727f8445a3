using TraceMQ.Tui.Core;

namespace TraceMQ.Tui.Commands;

/// <summary>Something the user can do, declared once: its keys, its words, why it is not at hand, and what it does.</summary>
internal sealed record CommandSpec
{
    /// <summary>Its name in <c>[keys]</c> and in the command line of the palette: <c>only-topic</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its keys, separated by spaces; the first is shown: <c>? F1</c>.</summary>
    public required string Keys { get; init; }

    /// <summary>One or two words for the footer; empty where it is never shown there.</summary>
    public string Label { get; init; } = "";

    /// <summary>What it does, in a few words for help and palette.</summary>
    public required string Help { get; init; }

    /// <summary>Where it is at hand.</summary>
    public required Scopes Scopes { get; init; }

    /// <summary>Why it cannot be done now, in one sentence; null where it can.</summary>
    public Func<AppState, string?> WhyNot { get; init; } = static _ => null;

    /// <summary>What it does to the state; null for commands that the focused view carries out, such as moving.</summary>
    public Func<AppState, Transition>? Run { get; init; }

    /// <summary>True where it also works while a text is typed: its keys are not characters.</summary>
    public bool WorksWhileTyping { get; init; }

    /// <summary>True where the palette and menus leave it out: moving and typing.</summary>
    public bool IsMotion { get; init; }

    /// <summary>Its keys as a list.</summary>
    public IReadOnlyList<string> KeyList => Keys.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
