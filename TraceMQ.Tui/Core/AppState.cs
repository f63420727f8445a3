using System.Collections.Immutable;
using TraceMQ.Transport;
using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Profiles;
using TraceMQ.Tui.Screens.Inspector;
using TraceMQ.Tui.Screens.Messages;
using TraceMQ.Tui.Screens.Profiles;
using TraceMQ.Tui.Screens.Topics;

namespace TraceMQ.Tui.Core;

/// <summary>All that the screen shows, immutable. Only the loop makes a new one.</summary>
internal sealed record AppState
{
    /// <summary>The protocols of this build.</summary>
    public required IReadOnlyList<ITransport> Transports { get; init; }

    /// <summary>The commands with the user's keys.</summary>
    public required CommandTable Commands { get; init; }

    /// <summary>The configuration as it was last read.</summary>
    public required ConfigFile Config { get; init; }

    /// <summary>The message structures.</summary>
    public required StoreSnapshot Store { get; init; }

    /// <summary>The time of the last tick.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The whole program is read-only.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Every connection of this run, alive or ended, by its source number.</summary>
    public ImmutableSortedDictionary<int, Connection> Connections { get; init; } =
        ImmutableSortedDictionary<int, Connection>.Empty;

    /// <summary>Which panes are seen.</summary>
    public LayoutState Layout { get; init; } = new();

    /// <summary>The profile pane.</summary>
    public ProfilesState Profiles { get; init; } = new();

    /// <summary>The topic pane.</summary>
    public TopicsState Topics { get; init; } = new();

    /// <summary>The message list.</summary>
    public MessagesState Messages { get; init; } = new();

    /// <summary>The inspector.</summary>
    public InspectorState Inspector { get; init; } = new();

    /// <summary>What lies over the main screen, the topmost first.</summary>
    public ImmutableStack<Overlay> Overlays { get; init; } = [];

    /// <summary>The line that is typed into.</summary>
    public Typing Typing { get; init; }

    /// <summary>True after <c>y</c>, until it is said what to copy.</summary>
    public bool IsCopying { get; init; }

    /// <summary>The last thing that there was to say; null where it was read.</summary>
    public Status? Status { get; init; }

    /// <summary>Counts up; each effect that answers later takes one, and an answer to an older one falls away.</summary>
    public long Generation { get; init; }

    /// <summary>When Ctrl+C was pressed last: twice within two seconds quits.</summary>
    public DateTimeOffset? InterruptedAt { get; init; }

    /// <summary>The topmost overlay; null where there is none.</summary>
    public Overlay? Top => Overlays.IsEmpty ? null : Overlays.Peek();

    /// <summary>True where every kept message was searched and the scope selects none.</summary>
    public bool IsAllHidden => Store.Rows is HitView { Count: 0, IsComplete: true };

    /// <summary>The message that the inspector shows; null also where all are hidden, since a command must not mean what nobody sees.</summary>
    public OpenedMessage? Opened => IsAllHidden ? null : Inspector.Opened;

    /// <summary>Where the keys go.</summary>
    public Scopes Scope =>
        IsCopying ? Scopes.Copy
        : Top is { } top ? top.Scope
        : Layout.Focus switch
        {
            PaneName.Profiles => Scopes.Profiles,
            PaneName.Topics => Scopes.Topics,
            PaneName.Inspector => Scopes.Inspector,
            _ => Scopes.Messages,
        };

    /// <summary>The open overlay of a type, be it the topmost or not; null where there is none.</summary>
    public TOverlay? Find<TOverlay>()
        where TOverlay : Overlay => Overlays.OfType<TOverlay>().FirstOrDefault();

    /// <summary>This state with one more overlay.</summary>
    public AppState Open(Overlay overlay) =>
        this with
        {
            Overlays = Overlays.Push(overlay),
            IsCopying = false,
            Typing = Typing.Nothing,
        };

    /// <summary>This state without the topmost overlay.</summary>
    public AppState CloseTop() => Overlays.IsEmpty ? this : this with { Overlays = Overlays.Pop() };

    /// <summary>This state with another overlay in the place of the topmost.</summary>
    public AppState ReplaceTop(Overlay overlay) => this with { Overlays = Overlays.Pop().Push(overlay) };

    /// <summary>This state with the overlay of its type replaced.</summary>
    public AppState Replace<TOverlay>(TOverlay overlay)
        where TOverlay : Overlay
    {
        var kept = Overlays.Select(open => open is TOverlay ? overlay : open).Reverse();
        return this with { Overlays = ImmutableStack.CreateRange(kept) };
    }

    /// <summary>This state without the overlay of a type.</summary>
    public AppState Close<TOverlay>()
        where TOverlay : Overlay =>
        this with
        {
            Overlays = ImmutableStack.CreateRange(Overlays.Where(open => open is not TOverlay).Reverse()),
        };

    /// <summary>This state with something to say.</summary>
    public AppState Tell(StatusLevel level, string text) =>
        this with
        {
            Status = new Status(level, text, (Status?.Number ?? 0) + 1),
        };

    /// <summary>This state with a connection replaced.</summary>
    public AppState With(Connection connection) =>
        this with
        {
            Connections = Connections.SetItem(connection.Source, connection),
        };

    /// <summary>The connection that was made last from a profile; null where there is none.</summary>
    public Connection? ConnectionOf(string profile) =>
        Connections.Values.LastOrDefault(connection =>
            string.Equals(connection.Name, profile, StringComparison.Ordinal)
        );
}
