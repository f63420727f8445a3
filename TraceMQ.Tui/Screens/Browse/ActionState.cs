using System.Collections.Immutable;
using TraceMQ.Transport.Browsing;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;

namespace TraceMQ.Tui.Screens.Browse;

/// <summary>The form of what can be done with a node: which action, and what it can be told.</summary>
internal sealed record ActionState : Form
{
    private const string ActionKey = "action";

    /// <summary>The node.</summary>
    public required NodePath Node { get; init; }

    /// <summary>What can be done with it.</summary>
    public required IReadOnlyList<SessionAction> Actions { get; init; }

    /// <summary>What is chosen of it.</summary>
    public required SessionAction Chosen { get; init; }

    /// <inheritdoc/>
    public override string Verb => Chosen.Name;

    /// <inheritdoc/>
    public override bool HasUnsavedWork => false;

    /// <summary>The form with an action chosen.</summary>
    public static ActionState Of(
        BrowseState screen,
        Node node,
        IReadOnlyList<SessionAction> actions,
        SessionAction chosen
    ) =>
        new()
        {
            Title = Text.SafeText.Line(node.Name, 60),
            Subtitle = screen.Name,
            Node = node.Path,
            Actions = actions,
            Chosen = chosen,
            Fields = FieldsOf(actions, chosen),
            Notes = [chosen.Help],
        };

    /// <inheritdoc/>
    public override Transition Submit(AppState state)
    {
        var closed = state.CloseTop();
        return closed.Find<BrowseState>() is { } screen
            ? BrowseUpdate.Plan(closed, screen, Node, new ActionCall(Chosen, Values()))
            : closed;
    }

    /// <inheritdoc/>
    public override Form Changed(AppState state, string key)
    {
        if (key != ActionKey || Actions.FirstOrDefault(action => action.Name == TextOf(key)) is not { } chosen)
            return this;
        return this with { Chosen = chosen, Fields = FieldsOf(Actions, chosen), Notes = [chosen.Help] };
    }

    private static ImmutableList<Field> FieldsOf(IReadOnlyList<SessionAction> actions, SessionAction chosen)
    {
        var fields = chosen
            .Settings.Select(setting =>
                Field.Of(setting, chosen.Begins.Find(setting) is { } value ? setting.Format(value) : "")
            )
            .ToImmutableList();
        return actions.Count == 1
            ? fields
            : fields.Insert(
                0,
                new Field
                {
                    Key = ActionKey,
                    Label = "action",
                    Kind = FieldKind.Choice,
                    Text = chosen.Name,
                    Choices = [.. actions.Select(action => action.Name)],
                    Help = "What is to be done.",
                }
            );
    }
}
