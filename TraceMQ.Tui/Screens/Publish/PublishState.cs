using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;

namespace TraceMQ.Tui.Screens.Publish;

/// <summary>The publish dialog.</summary>
internal sealed record PublishState : Form
{
    /// <summary>Keys of the fields that every protocol has; the others are its settings.</summary>
    public const string ConnectionKey = "connection",
        TopicKey = "topic",
        PayloadKey = "payload",
        HeadersKey = "headers",
        WaitKey = "wait",
        RepliesKey = "replies";

    /// <summary>The connection to send on.</summary>
    public required int Source { get; init; }

    /// <summary>Of the message that was sent last: its answer is shown, older ones fall away.</summary>
    public long Ticket { get; init; }

    /// <summary>What was sent last is a request, whose replies are awaited as long as the dialog is open.</summary>
    public bool IsWaiting { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<Effect> Ending => IsWaiting ? [new Effect.Cancel(Ticket)] : [];

    /// <summary>The original bytes of a message that is sent again, as long as its text was not changed: binary payloads survive.</summary>
    public ReadOnlyMemory<byte>? Original { get; init; }

    /// <inheritdoc/>
    public override string Verb => "Publish";

    /// <inheritdoc/>
    public override string OtherVerb => Fields.Exists(item => item.Key == WaitKey) ? "Send and wait ^R" : "";

    // Closing keeps nothing, but a message is written again quickly, and every Esc with a question would be a nuisance.
    /// <inheritdoc/>
    public override bool HasUnsavedWork => IsChanged && Answer is null && TextOf(PayloadKey).Length > 40;

    /// <inheritdoc/>
    public override Transition Submit(AppState state) => PublishUpdate.Submit(state, this);

    /// <inheritdoc/>
    public override Form Changed(AppState state, string key) => PublishUpdate.Changed(state, this, key);
}
