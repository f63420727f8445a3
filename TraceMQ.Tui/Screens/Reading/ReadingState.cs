using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Reading;

/// <summary>A text to read over the main screen: help, a connection's card, what a command wrote.</summary>
internal record ReadingState : Overlay
{
    /// <summary>At the left of the border.</summary>
    public required string Title { get; init; }

    /// <summary>At the right of the border.</summary>
    public string Subtitle { get; init; } = "";

    /// <summary>The text.</summary>
    public required IReadOnlyList<StyledLine> Lines { get; init; }

    /// <inheritdoc/>
    public override Scopes Scope => Scopes.Reading;
}

/// <summary>There is a text to read.</summary>
internal sealed record ReadingOpened(ReadingState Text) : ScreenEvent
{
    /// <inheritdoc/>
    public override Transition Apply(AppState state) => state.Open(Text);
}
