using System.Collections.Immutable;

namespace TraceMQ.Tui.Core;

/// <summary>What came of an event: the next state, and what has to be done outside of it.</summary>
/// <param name="State">The next state; the same reference where nothing changed.</param>
/// <param name="Effects">To be started in this order.</param>
internal readonly record struct Transition(AppState State, ImmutableList<Effect> Effects)
{
    /// <summary>A new state and nothing to do.</summary>
    public static implicit operator Transition(AppState state) => new(state, []);

    /// <summary>This transition with one more thing to do.</summary>
    public Transition And(Effect effect) => this with { Effects = Effects.Add(effect) };

    /// <summary>This transition followed by another step.</summary>
    public Transition Then(Func<AppState, Transition> step)
    {
        var next = step(State);
        return new Transition(next.State, Effects.AddRange(next.Effects));
    }
}
