using TraceMQ.Transport;
using TraceMQ.Tui.Core;

namespace TraceMQ.Tui.Screens.Publish;

/// <summary>A message was read back, to be edited and sent again.</summary>
internal sealed record ResendRead(int Source, OutgoingMessage Message) : ScreenEvent
{
    /// <inheritdoc/>
    public override Transition Apply(AppState state) =>
        PublishUpdate.WhyNot(state) is { } reason
            ? state.Tell(StatusLevel.Warning, reason)
            : PublishUpdate.OpenFor(state, Source, Message);
}
