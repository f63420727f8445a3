using TraceMQ.Transport.Sessions;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tui.Core;

/// <summary>Everything that can happen. The loop takes them in order; nothing else changes the state.</summary>
internal abstract record AppEvent
{
    /// <summary>A command was chosen by key, palette, menu or mouse.</summary>
    /// <param name="Name">A row of the command table.</param>
    internal sealed record CommandChosen(string Name) : AppEvent;

    /// <summary>A command was chosen with an argument from the palette's line: <c>filter kiln</c>.</summary>
    internal sealed record LineEntered(string Line) : AppEvent;

    /// <summary>The terminal's size.</summary>
    internal sealed record Resized(int Width, int Height) : AppEvent;

    /// <summary>A pane was focused by mouse.</summary>
    internal sealed record PaneFocused(PaneName Pane) : AppEvent;

    /// <summary>A row of the profile tree was selected.</summary>
    internal sealed record ProfileRowSelected(long Key) : AppEvent;

    /// <summary>A row of the topic tree was selected.</summary>
    internal sealed record TopicRowSelected(TopicBranch Branch) : AppEvent;

    /// <summary>A message was selected by the user; it stops following unless it is the newest.</summary>
    internal sealed record MessageSelected(long Id, bool IsFollowing) : AppEvent;

    /// <summary>The filter's text changed while typing.</summary>
    internal sealed record FilterTyped(string Text) : AppEvent;

    /// <summary>The text to find changed while typing.</summary>
    internal sealed record FindTyped(string Text) : AppEvent;

    /// <summary>Typing into the filter or the find line ended.</summary>
    /// <param name="IsAccepted">False where Esc left it.</param>
    internal sealed record TypingEnded(bool IsAccepted) : AppEvent;

    /// <summary>Messages wait in the inbox of a connection. At most one such marker per connection is under way.</summary>
    internal sealed record MessagesWaiting(int Source) : AppEvent;

    /// <summary>A peer has said which topics it has.</summary>
    internal sealed record TopicsKnown(int Source, IReadOnlyList<string> Topics) : AppEvent;

    /// <summary>A connection reports.</summary>
    internal sealed record SessionReported(int Source, SessionEvent Report) : AppEvent;

    /// <summary>A second went by.</summary>
    /// <param name="Now">The time.</param>
    /// <param name="Counters">Messages received and dropped by each connection; filled in by the loop.</param>
    internal sealed record Ticked(DateTimeOffset Now, IReadOnlyDictionary<int, SourceCounters>? Counters = null)
        : AppEvent;

    /// <summary>The log or the rows that the scope selects changed. Posted by the loop to itself.</summary>
    internal sealed record LogChanged(StoreSnapshot Store, DateTimeOffset Now) : AppEvent;

    /// <summary>The backlog was searched, wholly or up to a point.</summary>
    /// <param name="Generation">Of the scope.</param>
    /// <param name="Store">Filled in by the loop.</param>
    internal sealed record ScopeScanned(long Generation, StoreSnapshot? Store = null) : AppEvent;

    /// <summary>A text was found, or not.</summary>
    internal sealed record Found(long Generation, long? Id) : AppEvent;

    /// <summary>A message was read and decoded for the inspector.</summary>
    internal sealed record MessageOpened(long Generation, Screens.Inspector.OpenedMessage? Opened) : AppEvent;

    /// <summary>The configuration was read or saved.</summary>
    internal sealed record ConfigChanged(ConfigFile Config) : AppEvent;

    /// <summary>Something finished elsewhere and has a sentence to say.</summary>
    internal sealed record Told(StatusLevel Level, string Text) : AppEvent;

    /// <summary>Every event before this one was taken.</summary>
    internal sealed record Reached(ManualResetEventSlim Signal) : AppEvent;

    /// <summary>An event whose sender waits until it was taken before it sends more.</summary>
    /// <param name="Inner">The event.</param>
    /// <param name="Taken">Ended by the loop.</param>
    internal sealed record Acknowledged(AppEvent Inner, TaskCompletionSource Taken) : AppEvent;

    /// <summary>The user's last word about leaving.</summary>
    internal sealed record QuitConfirmed : AppEvent;
}
