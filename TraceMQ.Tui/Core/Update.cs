using TraceMQ.Tui.Screens.Inspector;
using TraceMQ.Tui.Screens.Main;
using TraceMQ.Tui.Screens.Messages;
using TraceMQ.Tui.Screens.Profiles;
using TraceMQ.Tui.Screens.Topics;

namespace TraceMQ.Tui.Core;

/// <summary>The pure function from a state and an event to the next state and its effects. Each kind of event has one place.</summary>
internal static class Update
{
    /// <summary>What an event does to a state.</summary>
    public static Transition Apply(AppState state, AppEvent appEvent) =>
        appEvent switch
        {
            ScreenEvent overlay => overlay.Apply(state),
            AppEvent.CommandChosen chosen => CommandUpdate.Choose(state, chosen.Name),
            AppEvent.LineEntered entered => CommandUpdate.Enter(state, entered.Line),
            AppEvent.Resized resized => LayoutUpdate.Resize(state, resized.Width, resized.Height),
            AppEvent.PaneFocused focused => LayoutUpdate.Focus(state, focused.Pane),
            AppEvent.ProfileRowSelected selected => state with
            {
                Profiles = state.Profiles with { SelectedKey = selected.Key },
            },
            AppEvent.TopicRowSelected selected => state with
            {
                Topics = state.Topics with { Selected = selected.Branch },
            },
            AppEvent.MessageSelected selected => MessagesUpdate.Select(state, selected.Id, selected.IsFollowing),
            AppEvent.FilterTyped typed => MessagesUpdate.TypeFilter(state, typed.Text),
            AppEvent.FindTyped typed => FindUpdate.Type(state, typed.Text),
            AppEvent.TypingEnded ended => MessagesUpdate.EndTyping(state, ended.IsAccepted),
            AppEvent.SessionReported reported => ConnectionUpdate.Report(state, reported.Source, reported.Report),
            AppEvent.Ticked ticked => ConnectionUpdate.Tick(state, ticked).Then(InspectorUpdate.CatchUp),
            AppEvent.LogChanged changed => MessagesUpdate.TakeLog(state, changed.Store, changed.Now),
            AppEvent.ScopeScanned scanned => MessagesUpdate.TakeScan(state, scanned),
            AppEvent.Found found => FindUpdate.TakeFound(state, found),
            AppEvent.MessageOpened opened => InspectorUpdate.TakeOpened(state, opened),
            AppEvent.ConfigChanged changed => ProfilesUpdate.TakeConfig(state, changed.Config),
            AppEvent.Told told => state.Tell(told.Level, told.Text),
            AppEvent.QuitConfirmed => new Transition(state, [new Effect.Quit()]),
            _ => state,
        };
}
