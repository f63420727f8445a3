using TraceMQ.Tui.Core;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Screens.Ask;
using TraceMQ.Tui.Screens.Inspector;
using TraceMQ.Tui.Screens.Main;
using TraceMQ.Tui.Screens.Messages;
using TraceMQ.Tui.Screens.Publish;
using TraceMQ.Tui.Screens.Wire;

namespace TraceMQ.Tui.Commands;

/// <summary>What can be done with messages.</summary>
internal static class MessageCommands
{
    private const Scopes Here = Scopes.Messages | Scopes.Inspector;

    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        new()
        {
            Name = "open",
            Keys = "Enter",
            Label = "open",
            Help = "look at the message in the inspector",
            Scopes = Scopes.Messages,
            WhyNot = MessagesUpdate.WhyNone,
            Run = state => LayoutUpdate.Focus(state, PaneName.Inspector),
        },
        new()
        {
            Name = "timeline",
            Keys = "V",
            Help = "look at the packets of the message's exchange",
            Scopes = Here,
            WhyNot = WireUpdate.WhyNoTimeline,
            Run = WireUpdate.OpenTimeline,
        },
        new()
        {
            Name = "filter",
            Keys = "/",
            Label = "filter",
            Help = "show only messages that match (hides the others)",
            Scopes = Scopes.Main,
            Run = MessagesUpdate.BeginFilter,
        },
        new()
        {
            Name = "find",
            Keys = "F",
            Label = "find",
            Help = "find a text and highlight it (hides nothing)",
            Scopes = Scopes.Main,
            Run = FindUpdate.Begin,
        },
        new()
        {
            Name = "next-hit",
            Keys = "n",
            Help = "next message with the text",
            Scopes = Here,
            Run = state => FindUpdate.Step(state, isForward: true),
        },
        new()
        {
            Name = "previous-hit",
            Keys = "N",
            Help = "previous message with the text",
            Scopes = Here,
            Run = state => FindUpdate.Step(state, isForward: false),
        },
        new()
        {
            Name = "follow",
            Keys = "f",
            Label = "follow",
            Help = "freeze the list, or follow the newest again",
            Scopes = Scopes.Main,
            Run = MessagesUpdate.ToggleFollow,
        },
        new()
        {
            Name = "only-topic",
            Keys = "*",
            Label = "only topic",
            Help = "only messages of this topic, and all again",
            Scopes = Here,
            WhyNot = InspectorUpdate.WhyNothing,
            Run = state => MessagesUpdate.ToggleTopic(state, TopicOf(state)),
        },
        new()
        {
            Name = "exclude-topic",
            Keys = "-",
            Help = "hide messages of this topic",
            Scopes = Here,
            WhyNot = InspectorUpdate.WhyNothing,
            Run = state => MessagesUpdate.Exclude(state, TopicOf(state)),
        },
        new()
        {
            Name = "previous-on-topic",
            Keys = "[",
            Help = "previous message of this topic",
            Scopes = Here,
            WhyNot = MessagesUpdate.WhyNone,
            Run = state => new Transition(state, [new Effect.StepOnTopic(state.Messages.SelectedId, IsForward: false)]),
        },
        new()
        {
            Name = "next-on-topic",
            Keys = "]",
            Help = "next message of this topic",
            Scopes = Here,
            WhyNot = MessagesUpdate.WhyNone,
            Run = state => new Transition(state, [new Effect.StepOnTopic(state.Messages.SelectedId, IsForward: true)]),
        },
        new()
        {
            Name = "latest",
            Keys = "a",
            Label = "latest",
            Help = "only the latest message of each topic, and all again",
            Scopes = Scopes.Main,
            Run = MessagesUpdate.ToggleLatest,
        },
        new()
        {
            Name = "time",
            Keys = "t",
            Help = "time column: received, the source's own, or the difference to the row above",
            Scopes = Scopes.Main,
            Run = MessagesUpdate.NextTime,
        },
        new()
        {
            Name = "mark",
            Keys = "Space",
            Label = "mark",
            Help = "mark the message: it is kept; two marks can be compared",
            Scopes = Here,
            WhyNot = MessagesUpdate.WhyNone,
            Run = MessagesUpdate.ToggleMark,
        },
        new()
        {
            Name = "clear-marks",
            Keys = "U",
            Help = "take every mark away",
            Scopes = Here,
            WhyNot = state => state.Messages.Marks.IsEmpty ? "nothing is marked" : null,
            Run = MessagesUpdate.ClearMarks,
        },
        new()
        {
            Name = "diff",
            Keys = "d",
            Label = "diff",
            Help = "difference of the two marked messages, or to the one before on this topic",
            Scopes = Here,
            WhyNot = MessagesUpdate.WhyNone,
            Run = InspectorUpdate.Compare,
        },
        new()
        {
            Name = "copy",
            Keys = "y",
            Label = "copy",
            Help = "copy: then p payload, t topic, j the whole as JSON",
            Scopes = Here,
            WhyNot = MessagesUpdate.WhyNone,
            Run = state => state with { IsCopying = true },
        },
        Copy("copy-payload", "p", "payload", CopyWhat.Payload),
        Copy("copy-topic", "t", "topic", CopyWhat.Topic),
        Copy("copy-json", "j", "JSON", CopyWhat.Json),
        new()
        {
            Name = "editor",
            Keys = "e",
            Help = "open the payload in $EDITOR",
            Scopes = Here,
            WhyNot = MessagesUpdate.WhyNone,
            Run = state => new Transition(state, [new Effect.ViewInEditor(state.Messages.SelectedId)]),
        },
        new()
        {
            Name = "pipe",
            Keys = "|",
            Help = "send the payload through a command and show what it writes",
            Scopes = Here,
            WhyNot = MessagesUpdate.WhyNone,
            Run = AskUpdate.Pipe,
        },
        new()
        {
            Name = "save",
            Keys = "w",
            Help = "write the marked messages, or this one, to a file",
            Scopes = Here,
            WhyNot = state => state.Messages.Marks.IsEmpty ? MessagesUpdate.WhyNone(state) : null,
            Run = AskUpdate.Save,
        },
        new()
        {
            Name = "resend",
            Keys = "r",
            Help = "edit and send again, here or on another connection",
            Scopes = Here,
            WhyNot = state => MessagesUpdate.WhyNone(state) ?? PublishUpdate.WhyNot(state),
            Run = state => new Transition(state, [new Effect.Resend(state.Messages.SelectedId)]),
        },
        new()
        {
            Name = "clear",
            Keys = "Ctrl+X",
            Help = "empty the list and forget the kept messages",
            Scopes = Scopes.Main,
            Run = MessagesUpdate.Clear,
        },
    ];

    private static CommandSpec Copy(string name, string key, string label, CopyWhat what) =>
        new()
        {
            Name = name,
            Keys = key,
            Label = label,
            Help = $"copy the {label} of the message",
            Scopes = Scopes.Copy,
            WhyNot = MessagesUpdate.WhyNone,
            Run = state => new Transition(state, [new Effect.Copy(state.Messages.SelectedId, what)]),
        };

    private static TopicScope TopicOf(AppState state)
    {
        var stored = state.Opened!.Stored;
        return new TopicScope(stored.Source, stored.Message.Topic);
    }
}
