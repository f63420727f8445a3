using System.Collections.Immutable;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Confirm;
using TraceMQ.Tui.Screens.Forms;
using TraceMQ.Tui.Screens.Main;

namespace TraceMQ.Tui.Screens.Browse;

/// <summary>Looking through what a peer holds.</summary>
internal static class BrowseUpdate
{
    /// <summary>Why there is nothing to browse.</summary>
    public static string? WhyNot(AppState state) =>
        Connections.WhyNone(state, Capabilities.Browse, "has nothing to look through");

    /// <summary>Opens the screen at the roots.</summary>
    public static Transition Open(AppState state)
    {
        var connection = Connections.Current(state, Capabilities.Browse)!;
        var generation = state.Generation + 1;
        var screen = new BrowseState
        {
            Source = connection.Source,
            Name = connection.Name,
            Generation = generation,
        };
        return new Transition(
            (state with { Generation = generation }).Open(screen),
            [new Effect.ListNodes(connection.Source, Parent: null, generation)]
        );
    }

    /// <summary>Enter: opens the node; subscribes where it stands for messages.</summary>
    public static Transition Enter(AppState state)
    {
        if (state.Top is not BrowseState screen || screen.Current is not { } node)
            return state;
        if (node.HasChildren)
            return List(state, screen with { Trail = screen.Trail.Push(node), Wanted = null });
        if (node.Opens is not { } subscription)
            return state;
        var closed = new Transition(
            state.CloseTop(),
            [.. screen.Ending, new Effect.Subscribe(screen.Source, subscription)]
        );
        return closed.State.Tell(StatusLevel.Information, $"subscribing {subscription.Topic}") is var said
            ? closed with
            {
                State = said,
            }
            : closed;
    }

    /// <summary>Back to the parent; null at the roots.</summary>
    public static Transition? Up(AppState state, BrowseState screen) =>
        screen.Trail.IsEmpty
            ? (Transition?)null
            : List(state, screen with { Trail = screen.Trail.Pop(), Wanted = screen.Trail.Peek().Path });

    /// <summary>Makes the listing again.</summary>
    public static Transition Relist(AppState state, BrowseState screen) =>
        List(state, screen with { Wanted = screen.Current?.Path ?? screen.Wanted });

    /// <summary>Why nothing can be done with the selected node.</summary>
    public static string? WhyNoAction(AppState state)
    {
        if (state.Find<BrowseState>() is not { Current: { } node } screen)
            return "select a row first";
        if (node.Actions.Count == 0)
            return $"nothing can be done with {node.Name} here";
        return Allowed(state, screen.Source, node).Any() ? null : "this connection is read-only";
    }

    /// <summary>What can be done with a node of a connection.</summary>
    public static IEnumerable<SessionAction> Allowed(AppState state, int source, Node node) =>
        node.Actions.Where(action => !action.IsChange || !state.Connections[source].IsReadOnly);

    /// <summary>Asks which action is meant and what it can be told, or at once what the only one would do.</summary>
    public static Transition Act(AppState state)
    {
        var screen = state.Find<BrowseState>()!;
        var node = screen.Current!;
        var actions = Allowed(state, screen.Source, node).ToList();
        return actions is [{ Settings.Count: 0 } only]
            ? Plan(state, screen, node.Path, new ActionCall(only, SettingValues.Empty))
            : state.Open(ActionState.Of(screen, node, actions, actions[0]));
    }

    /// <summary>Asks what an action would do.</summary>
    public static Transition Plan(AppState state, BrowseState screen, NodePath node, ActionCall call) =>
        new(
            state.Tell(StatusLevel.Information, $"{call.Action.Name}: finding out what it would do…"),
            [new Effect.PlanAction(screen.Source, node, call, screen.Generation)]
        );

    /// <summary>Shows a plan, and asks; what changes nothing is done at once.</summary>
    public static Transition ShowPlan(AppState state, BrowseState screen, ActionPlan plan)
    {
        var connection = state.Connections[screen.Source];
        if (!plan.Call.Action.IsChange)
            return new Transition(state, [new Effect.RunAction(screen.Source, plan, screen.Generation)]);
        var shown = plan.Steps.Take(8).ToArray();
        var more =
            plan.Steps.Count > shown.Length ? [$"… and {plan.Steps.Count - shown.Length} more"] : Array.Empty<string>();
        ImmutableList<Effect> run = [new Effect.RunAction(screen.Source, plan, screen.Generation)];
        string[] notes = [$"{plan.Summary}:", .. shown.Select(step => "  " + step), .. more];
        if (!connection.IsProduction)
            return ConfirmUpdate.Ask(state, plan.Call.Action.Name, notes, run);
        return state.Open(
            new ConfirmState
            {
                Title = plan.Call.Action.Name,
                Subtitle = connection.Name,
                Name = connection.Name,
                Effects = run,
                Notes = [.. notes, $"{connection.Name} is a production system. Type its name to go on."],
                Fields = [new Field { Key = "name", Label = "Name" }],
            }
        );
    }

    /// <summary>Why nothing of the selected node can be had at once.</summary>
    public static string? WhyNoFetch(AppState state) =>
        state.Find<BrowseState>() is not { Current: { } node } ? "select a row first"
        : FetchOf(node) is null ? $"{node.Name} has nothing that a key alone could fetch"
        : null;

    /// <summary>Does what changes nothing and needs to be told nothing, without asking.</summary>
    public static Transition Fetch(AppState state)
    {
        var screen = state.Find<BrowseState>()!;
        var node = screen.Current!;
        return Plan(state, screen, node.Path, new ActionCall(FetchOf(node)!, SettingValues.Empty));
    }

    private static SessionAction? FetchOf(Node node) =>
        node.Actions.FirstOrDefault(action => action is { IsChange: false, Settings.Count: 0 });

    /// <summary>Opens the publish dialog for the selected node.</summary>
    public static Transition SendTo(AppState state)
    {
        var screen = state.Find<BrowseState>()!;
        return Publish.PublishUpdate.OpenFor(state, screen.Source, screen.Current!.SendTo!);
    }

    private static Transition List(AppState state, BrowseState screen)
    {
        var generation = state.Generation + 1;
        var parent = screen.Trail.IsEmpty ? (NodePath?)null : screen.Trail.Peek().Path;
        var next = screen with
        {
            Generation = generation,
            Nodes = [],
            Places = screen.Places.Clear(),
            Omitted = 0,
            Selected = 0,
            IsDone = false,
        };
        return new Transition(
            (state with { Generation = generation }).Replace(next),
            [.. screen.Ending, new Effect.ListNodes(screen.Source, parent, generation)]
        );
    }
}
