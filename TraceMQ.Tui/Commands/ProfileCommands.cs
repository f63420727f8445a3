using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.ProfileForm;
using TraceMQ.Tui.Screens.Profiles;
using TraceMQ.Tui.Screens.Share;

namespace TraceMQ.Tui.Commands;

/// <summary>What can be done with profiles.</summary>
internal static class ProfileCommands
{
    public static IReadOnlyList<CommandSpec> All { get; } =
    [
        new()
        {
            Name = "connect",
            Keys = "Enter",
            Label = "connect",
            Help = "connect; on a connected profile: only its messages, and all again",
            Scopes = Scopes.Profiles,
            Run = ProfilesUpdate.Open,
        },
        new()
        {
            Name = "disconnect",
            Keys = "x",
            Label = "disconnect",
            Help = "disconnect; the messages stay",
            Scopes = Scopes.Profiles,
            WhyNot = ProfilesUpdate.WhyNotAlive,
            Run = ProfilesUpdate.Disconnect,
        },
        new()
        {
            Name = "new-profile",
            Keys = "+",
            Label = "new",
            Help = "make a new profile",
            Scopes = Scopes.Profiles,
            Run = ProfileFormUpdate.New,
        },
        new()
        {
            Name = "edit-profile",
            Keys = "E",
            Label = "edit",
            Help = "edit the profile",
            Scopes = Scopes.Profiles,
            WhyNot = state => ProfileRows.Selected(state)?.Profile is null ? "select a profile first" : null,
            Run = ProfileFormUpdate.Edit,
        },
        new()
        {
            Name = "duplicate-profile",
            Keys = "C",
            Help = "make a copy of the profile",
            Scopes = Scopes.Profiles,
            WhyNot = ProfilesUpdate.WhyNotSaved,
            Run = ProfileFormUpdate.Duplicate,
        },
        new()
        {
            Name = "delete-profile",
            Keys = "D",
            Help = "delete the profile; u brings it back",
            Scopes = Scopes.Profiles,
            WhyNot = ProfilesUpdate.WhyNotSaved,
            Run = ProfilesUpdate.Delete,
        },
        new()
        {
            Name = "undo-delete",
            Keys = "u",
            Help = "bring the deleted profile back",
            Scopes = Scopes.Profiles,
            Run = state => new Transition(state, [new Effect.RestoreProfile()]),
        },
        new()
        {
            Name = "export-profile",
            Keys = "X",
            Help = "export the profile without its secrets, to a file or the clipboard",
            Scopes = Scopes.Profiles,
            WhyNot = ProfilesUpdate.WhyNotSaved,
            Run = ShareUpdate.Export,
        },
        new()
        {
            Name = "import-profiles",
            Keys = "I",
            Help = "import profiles from a file or a pasted text",
            Scopes = Scopes.Profiles,
            Run = ShareUpdate.Import,
        },
    ];
}
