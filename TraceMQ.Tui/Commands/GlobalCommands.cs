using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Browse;
using TraceMQ.Tui.Screens.ConnectionCard;
using TraceMQ.Tui.Screens.Help;
using TraceMQ.Tui.Screens.Main;
using TraceMQ.Tui.Screens.Menu;
using TraceMQ.Tui.Screens.Palette;
using TraceMQ.Tui.Screens.Publish;
using TraceMQ.Tui.Screens.Subscribe;
using TraceMQ.Tui.Screens.Wire;

namespace TraceMQ.Tui.Commands;

/// <summary>What is at hand nearly everywhere.</summary>
internal static class GlobalCommands
{
    private const Scopes Screens = Scopes.Main | Scopes.Reading | Scopes.Browse | Scopes.Wire;

    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        new()
        {
            Name = "help",
            Keys = "? F1",
            Label = "help",
            Help = "the keys of this pane",
            Scopes = Screens,
            Run = HelpUpdate.Open,
        },
        new()
        {
            Name = "palette",
            Keys = ": Ctrl+P",
            Label = "command",
            Help = "all commands by name",
            Scopes = Scopes.Main | Scopes.Browse | Scopes.Wire,
            Run = PaletteUpdate.Open,
        },
        new()
        {
            Name = "publish",
            Keys = "p",
            Label = "publish",
            Help = "send a message",
            Scopes = Scopes.Main,
            WhyNot = PublishUpdate.WhyNot,
            Run = PublishUpdate.Open,
        },
        new()
        {
            Name = "subscribe",
            Keys = "s",
            Label = "subscribe",
            Help = "subscribe to a topic, or end a subscription",
            Scopes = Scopes.Main,
            WhyNot = SubscribeUpdate.WhyNot,
            Run = SubscribeUpdate.Open,
        },
        new()
        {
            Name = "browse",
            Keys = "b",
            Help = "look through what the peer holds",
            Scopes = Scopes.Main,
            WhyNot = BrowseUpdate.WhyNot,
            Run = BrowseUpdate.Open,
        },
        new()
        {
            Name = "wire",
            Keys = "v",
            Help = "look at the packets",
            Scopes = Scopes.Main,
            WhyNot = WireUpdate.WhyNot,
            Run = WireUpdate.Open,
        },
        new()
        {
            Name = "connection",
            Keys = "i",
            Help = "the connection: server, subscriptions, what it leaves behind",
            Scopes = Scopes.Main,
            WhyNot = ConnectionCardUpdate.WhyNot,
            Run = ConnectionCardUpdate.Open,
        },
        new()
        {
            Name = "menu",
            Keys = "m",
            Help = "what can be done with this row",
            Scopes = Scopes.Main,
            Run = MenuUpdate.Open,
        },
        new()
        {
            Name = "next-pane",
            Keys = "Tab",
            Help = "next pane",
            Scopes = Scopes.Main,
            Run = state => LayoutUpdate.Step(state, by: 1),
        },
        new()
        {
            Name = "previous-pane",
            Keys = "Shift+Tab",
            Help = "previous pane",
            Scopes = Scopes.Main,
            Run = state => LayoutUpdate.Step(state, by: -1),
        },
        Pane("profiles", "1", "profiles", PaneName.Profiles),
        Pane("topics", "2", "topics", PaneName.Topics),
        Pane("messages", "3", "messages", PaneName.Messages),
        Pane("inspector", "4", "inspector", PaneName.Inspector),
        new()
        {
            Name = "zoom",
            Keys = "z",
            Help = "only this pane, and all again",
            Scopes = Scopes.Main,
            Run = state => state with { Layout = state.Layout with { IsZoomed = !state.Layout.IsZoomed } },
        },
        new()
        {
            Name = "mouse",
            Keys = "M",
            Help = "mouse on or off (off: the terminal's own selection)",
            Scopes = Screens,
            Run = LeaveUpdate.ToggleMouse,
        },
        new()
        {
            Name = "redraw",
            Keys = "Ctrl+L",
            Help = "paint everything again",
            Scopes = Scopes.Everywhere,
            WorksWhileTyping = true,
            Run = state => new Transition(state, [new Effect.Redraw()]),
        },
        new()
        {
            Name = "suspend",
            Keys = "Ctrl+Z",
            Help = "back to the shell; fg returns",
            Scopes = Scopes.Everywhere,
            WorksWhileTyping = true,
            Run = LeaveUpdate.Suspend,
        },
        new()
        {
            Name = "back",
            Keys = "Esc Backspace",
            Help = "back one level",
            Scopes = Scopes.Main | Scopes.Reading | Scopes.Browse | Scopes.Wire | Scopes.Copy,
            Run = LeaveUpdate.Back,
        },
        new()
        {
            Name = "quit",
            Keys = "q",
            Label = "quit",
            Help = "close, or quit",
            Scopes = Screens,
            Run = LeaveUpdate.Quit,
        },
        new()
        {
            Name = "interrupt",
            Keys = "Ctrl+C",
            Help = "cancel; twice quits",
            Scopes = Scopes.Everywhere,
            WorksWhileTyping = true,
            Run = LeaveUpdate.Interrupt,
        },
    ];

    private static CommandSpec Pane(string name, string key, string words, PaneName pane) =>
        new()
        {
            Name = name,
            Keys = key,
            Help = $"to the {words}; again hides them",
            Scopes = Scopes.Main,
            Run = state => LayoutUpdate.Toggle(state, pane),
        };
}
