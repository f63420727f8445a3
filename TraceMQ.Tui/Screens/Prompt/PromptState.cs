using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;

namespace TraceMQ.Tui.Screens.Prompt;

/// <summary>Asks for the value of a <c>${prompt}</c> reference.</summary>
internal sealed record PromptState : Form
{
    /// <summary>Which question it is.</summary>
    public required long Ticket { get; init; }

    /// <inheritdoc/>
    public override string Verb => "Connect";

    /// <inheritdoc/>
    public override bool HasUnsavedWork => false;

    // The connection waits for an answer: leaving is one too.
    /// <inheritdoc/>
    public override IEnumerable<Effect> Ending => [new Effect.AnswerPrompt(Ticket, Answer: null)];

    /// <inheritdoc/>
    public override Transition Submit(AppState state) =>
        new(state.CloseTop(), [new Effect.AnswerPrompt(Ticket, new Secret(TextOf("answer")))]);
}

/// <summary>A reference asks for its value.</summary>
internal sealed record PromptAsked(long Ticket, string Question) : ScreenEvent
{
    /// <inheritdoc/>
    public override Transition Apply(AppState state) =>
        state.Open(
            new PromptState
            {
                Title = "Needed to connect",
                Ticket = Ticket,
                Notes = [Question],
                Fields =
                [
                    new Field
                    {
                        Key = "answer",
                        Label = "Answer",
                        Kind = FieldKind.Secret,
                    },
                ],
            }
        );
}
