using TraceMQ.Tui.Screens.Browse;
using TraceMQ.Tui.Screens.Main;
using TraceMQ.Tui.Screens.ProfileForm;
using TraceMQ.Tui.Screens.Publish;

namespace TraceMQ.Tui.Commands;

/// <summary>What is at hand in dialogs and lists over the main screen. The open view carries most of these out itself.</summary>
internal static class OverlayCommands
{
    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        new()
        {
            Name = "leave",
            Keys = "Esc",
            Label = "close",
            Help = "leave the dialog",
            Scopes = Scopes.Dialog,
            WorksWhileTyping = true,
            IsMotion = true,
            Run = LeaveUpdate.Back,
        },
        new()
        {
            Name = "do",
            Keys = "Ctrl+G",
            Label = "do it",
            Help = "do what the dialog is for",
            Scopes = Scopes.Dialog,
            WorksWhileTyping = true,
            IsMotion = true,
        },
        new()
        {
            Name = "edit-text",
            Keys = "Ctrl+O",
            Label = "$EDITOR",
            Help = "edit the text in $EDITOR",
            Scopes = Scopes.Dialog,
            WorksWhileTyping = true,
            IsMotion = true,
        },
        new()
        {
            Name = "next-field",
            Keys = "Tab",
            Label = "next field",
            Help = "next field",
            Scopes = Scopes.Dialog,
            WorksWhileTyping = true,
            IsMotion = true,
        },
        new()
        {
            Name = "previous-field",
            Keys = "Shift+Tab",
            Help = "previous field",
            Scopes = Scopes.Dialog,
            WorksWhileTyping = true,
            IsMotion = true,
        },
        new()
        {
            Name = "test-profile",
            Keys = "Ctrl+T",
            Label = "test",
            Help = "try the connection step by step, as it stands in the form",
            Scopes = Scopes.Dialog,
            WorksWhileTyping = true,
            WhyNot = state => state.Top is ProfileFormState ? null : "only a profile can be tried",
            Run = state => ProfileFormUpdate.Test(state, (ProfileFormState)state.Top!),
        },
        new()
        {
            Name = "request",
            Keys = "Ctrl+R",
            Label = "send and wait",
            Help = "send the message as a request, and wait for its reply",
            Scopes = Scopes.Dialog,
            WorksWhileTyping = true,
            WhyNot = PublishUpdate.WhyNoRequest,
            Run = state => PublishUpdate.Request(state, (PublishState)state.Top!),
        },
        new()
        {
            Name = "browse-open",
            Keys = "Enter",
            Label = "open",
            Help = "open the node, or subscribe to what it stands for",
            Scopes = Scopes.Browse,
            Run = BrowseUpdate.Enter,
        },
        new()
        {
            Name = "browse-act",
            Keys = "x",
            Label = "act",
            Help = "what can be done with the node: its plan is shown first",
            Scopes = Scopes.Browse,
            WhyNot = BrowseUpdate.WhyNoAction,
            Run = BrowseUpdate.Act,
        },
        new()
        {
            Name = "browse-fetch",
            Keys = "f",
            Label = "fetch",
            Help = "do at once what changes nothing: fetch a resource, ping a server",
            Scopes = Scopes.Browse,
            WhyNot = BrowseUpdate.WhyNoFetch,
            Run = BrowseUpdate.Fetch,
        },
        new()
        {
            Name = "browse-publish",
            Keys = "p",
            Label = "publish",
            Help = "publish to the node's topic",
            Scopes = Scopes.Browse,
            WhyNot = state =>
                state.Find<BrowseState>()?.Current?.SendTo is null
                    ? "this node has no topic"
                    : PublishUpdate.WhyNot(state),
            Run = BrowseUpdate.SendTo,
        },
        new()
        {
            Name = "browse-again",
            Keys = "R",
            Label = "again",
            Help = "list again",
            Scopes = Scopes.Browse,
            Run = state => BrowseUpdate.Relist(state, state.Find<BrowseState>()!),
        },
        new()
        {
            Name = "choose",
            Keys = "Enter",
            Label = "choose",
            Help = "choose or open the row",
            Scopes = Scopes.Reading,
            IsMotion = true,
        },
    ];
}
