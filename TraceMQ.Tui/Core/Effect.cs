using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Screens.Inspector;

namespace TraceMQ.Tui.Core;

/// <summary>Something to be done outside the loop. Pure data; <see cref="EffectRunner"/> does it and answers with events.</summary>
internal abstract record Effect
{
    /// <summary>Effects with the same key are begun in the order in which they were asked for; null: it does not matter when.</summary>
    public virtual object? Lane => null;

    /// <summary>True where what follows in its lane begins only when it is done.</summary>
    public virtual bool HoldsLane => false;

    /// <summary>An effect on a connection.</summary>
    internal abstract record OnConnection(int Source) : Effect
    {
        /// <inheritdoc/>
        public override object Lane => Source;
    }

    /// <summary>An effect on the configuration file.</summary>
    internal abstract record OnConfig : Effect
    {
        /// <inheritdoc/>
        public override object Lane => "config";

        /// <inheritdoc/>
        public override bool HoldsLane => true;
    }

    /// <summary>An effect on a listing or a recording, which goes on until it is ended.</summary>
    internal abstract record OnReading(long Generation) : Effect
    {
        /// <inheritdoc/>
        public override object Lane => Generation;
    }

    /// <summary>Starts a supervised connection; its messages get this source number.</summary>
    internal sealed record Connect(int Source, RawProfile Profile, ITransport Transport, bool IsReadOnly)
        : OnConnection(Source)
    {
        /// <inheritdoc/>
        public override bool HoldsLane => true;
    }

    /// <summary>Tries again at once.</summary>
    internal sealed record Retry(int Source) : OnConnection(Source);

    /// <summary>Ends a connection.</summary>
    internal sealed record Disconnect(int Source) : OnConnection(Source)
    {
        /// <inheritdoc/>
        public override bool HoldsLane => true;
    }

    /// <summary>Subscribes; the answer comes as a report of the session.</summary>
    internal sealed record Subscribe(int Source, Subscription Subscription) : OnConnection(Source);

    /// <summary>Ends a subscription.</summary>
    internal sealed record Unsubscribe(int Source, Subscription Subscription) : OnConnection(Source);

    /// <summary>Sends a message; the answer comes as <see cref="Screens.Publish.PublishAnswered"/>.</summary>
    internal sealed record Publish(int Source, OutgoingMessage Message, long Ticket) : OnConnection(Source);

    /// <summary>Sends a request; what comes of it comes as <see cref="Screens.Publish.RequestAnswered"/>.</summary>
    internal sealed record Request(int Source, OutgoingMessage Message, RequestOptions Options, long Ticket)
        : OnConnection(Source);

    /// <summary>Reads the facts of a live session again.</summary>
    internal sealed record ReadFacts(int Source) : Effect;

    /// <summary>Asks which topics the peer has; the answer comes as <see cref="AppEvent.TopicsKnown"/>.</summary>
    internal sealed record ListTopics(int Source) : OnConnection(Source);

    /// <summary>Ends the wait for the answer to what was sent with this ticket.</summary>
    internal sealed record Cancel(long Ticket) : Effect;

    /// <summary>Shows other rows: the loop begins to collect new hits at once, the backlog is searched beside it.</summary>
    internal sealed record ChangeScope(MessageScope Scope, long Generation) : Effect;

    /// <summary>Empties the log.</summary>
    internal sealed record ClearLog : Effect;

    /// <summary>Pins or unpins messages.</summary>
    internal sealed record Pin(long Id, bool IsPinned) : Effect;

    /// <summary>Searches the rows from a message on.</summary>
    internal sealed record Find(string Text, long From, bool IsForward, long Generation) : Effect;

    /// <summary>Reads and decodes a message for the inspector.</summary>
    internal sealed record OpenMessage(long Id, long Generation, InspectorChoice Choice) : Effect;

    /// <summary>Goes to the next or previous message of the topic of a message.</summary>
    internal sealed record StepOnTopic(long From, bool IsForward) : Effect;

    /// <summary>Copies a part of a message.</summary>
    internal sealed record Copy(long Id, CopyWhat What) : Effect;

    /// <summary>Copies a text.</summary>
    internal sealed record CopyText(string Text, string What) : Effect;

    /// <summary>Opens the payload of a message in the user's editor; changes to it go nowhere.</summary>
    internal sealed record ViewInEditor(long Id) : Effect;

    /// <summary>Opens a text in the user's editor.</summary>
    internal sealed record EditText(string Text, string Extension, Func<string, AppEvent> Edited) : Effect;

    /// <summary>Sends the payload of a message to a command and shows what it writes.</summary>
    internal sealed record Pipe(long Id, string Command) : Effect;

    /// <summary>Writes messages to a file: one payload as it is, several as JSON lines.</summary>
    internal sealed record WriteMessages(IReadOnlyList<long> Ids, string Path) : Effect;

    /// <summary>Reads a message back to publish it again.</summary>
    internal sealed record Resend(long Id) : Effect;

    /// <summary>Saves a profile.</summary>
    internal sealed record SaveProfile(RawProfile Profile, string? Replacing) : OnConfig;

    /// <summary>Deletes a profile.</summary>
    internal sealed record RemoveProfile(string Name) : OnConfig;

    /// <summary>Brings the last deleted profile back.</summary>
    internal sealed record RestoreProfile : OnConfig;

    /// <summary>Writes a text to a new file that only the user can read.</summary>
    internal sealed record WriteText(string Path, string Text) : Effect;

    /// <summary>Reads a text file.</summary>
    internal sealed record ReadText(string Path, Func<string, AppEvent> WasRead) : Effect;

    /// <summary>Lists the nodes below a node until it is replaced by another listing.</summary>
    internal sealed record ListNodes(int Source, NodePath? Parent, long Generation) : OnReading(Generation);

    /// <summary>Asks what an action would do.</summary>
    internal sealed record PlanAction(int Source, NodePath Node, ActionCall Call, long Generation) : Effect;

    /// <summary>Does what was planned.</summary>
    internal sealed record RunAction(int Source, ActionPlan Plan, long Generation) : Effect;

    /// <summary>Begins to record packets until it is ended.</summary>
    internal sealed record ReadWire(int Source, long Generation, ExchangeId? Only = null) : OnReading(Generation);

    /// <summary>Ends the listing of nodes or the recording of packets.</summary>
    internal sealed record EndReading(long Generation) : OnReading(Generation);

    /// <summary>Tries a profile step by step.</summary>
    internal sealed record TestProfile(RawProfile Profile, ITransport Transport, long Generation) : Effect;

    /// <summary>Answers a question that a reference asked while resolving; null to give up.</summary>
    internal sealed record AnswerPrompt(long Ticket, Secret? Answer) : Effect;

    /// <summary>Gives the terminal back until the shell's <c>fg</c>.</summary>
    internal sealed record Suspend : Effect;

    /// <summary>Paints every cell again.</summary>
    internal sealed record Redraw : Effect;

    /// <summary>Switches the mouse on or off.</summary>
    internal sealed record SetMouse(bool IsOn) : Effect;

    /// <summary>Ends the program.</summary>
    internal sealed record Quit : Effect;
}
