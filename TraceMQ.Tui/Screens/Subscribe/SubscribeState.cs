using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;

namespace TraceMQ.Tui.Screens.Subscribe;

/// <summary>The subscribe dialog: what is subscribed, and a form for one more.</summary>
internal sealed record SubscribeState : Form
{
    /// <summary>Keys of the fields that are not settings.</summary>
    public const string ConnectionKey = "connection",
        TopicKey = "topic",
        EndKey = "end";

    /// <summary>The connection.</summary>
    public required int Source { get; init; }

    /// <inheritdoc/>
    public override string Verb => TextOf(EndKey) == "true" ? "Unsubscribe" : "Subscribe";

    /// <inheritdoc/>
    public override bool HasUnsavedWork => false;

    /// <inheritdoc/>
    public override Transition Submit(AppState state) => SubscribeUpdate.Submit(state, this);

    /// <inheritdoc/>
    public override Form Changed(AppState state, string key) => SubscribeUpdate.Changed(state, this, key);
}
