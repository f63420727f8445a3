using System.Collections.Immutable;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Profiles;
using TraceMQ.Tui.Screens.Forms;
using TraceMQ.Tui.Screens.Profiles;

namespace TraceMQ.Tui.Screens.Share;

/// <summary>Exporting profiles without their secrets, and importing them.</summary>
internal static class ShareUpdate
{
    /// <summary>Asks where the selected profile goes, and says what it leaves out.</summary>
    public static Transition Export(AppState state)
    {
        var entry = ProfileRows.Selected(state)!.Entry!;
        var export = ProfileExport.Export([entry], state.Transports);
        return state.Open(
            new ExportState
            {
                Title = $"Export {entry.Name}",
                Toml = export.Toml,
                Notes =
                [
                    export.LeftOut.Count == 0
                        ? "It holds no secrets: nothing is left out."
                        : "Left out, to be filled in by who imports it:",
                    .. export.LeftOut.Select(item => "  " + item),
                ],
                Fields =
                [
                    new Field
                    {
                        Key = "to",
                        Label = "to",
                        Kind = FieldKind.Choice,
                        Text = "clipboard",
                        Choices = ["clipboard", "file"],
                    },
                    new Field
                    {
                        Key = "file",
                        Label = "file",
                        Text = $"{FileName(entry.Name)}.toml",
                    },
                ],
            }
        );
    }

    /// <summary>Asks for a file or a text.</summary>
    public static Transition Import(AppState state) =>
        state.Open(
            new ImportState
            {
                Title = "Import profiles",
                Notes = ["A file, or the text itself. Nothing in it is run, and you see it before it is saved."],
                Fields =
                [
                    new Field { Key = "file", Label = "file" },
                    new Field
                    {
                        Key = "text",
                        Label = "text",
                        Kind = FieldKind.Text,
                    },
                ],
            }
        );

    /// <summary>Reads a text, and shows what would be imported.</summary>
    public static Transition TakeText(AppState state, string text)
    {
        var plan = ProfileImport.Read(text, state.Transports, [.. state.Config.Profiles.Select(entry => entry.Name)]);
        var form = (Form)state.Find<ImportState>()!;
        if (plan.Problems.Count > 0)
            return state.Replace((ImportState)form.Answered(StatusLevel.Error, plan.Problems[0].ToString()));
        if (plan.Profiles.Count == 0)
            return state.Replace((ImportState)form.Answered(StatusLevel.Error, "there is no profile in it"));
        string[] notes =
        [
            .. plan.Profiles.Select(profile => $"{profile.Raw.Name}: {profile.Raw.Protocol}"),
            .. plan.NeedsConfirmation.Select(sentence => "! " + sentence),
            .. plan.Missing.Select(sentence => "needed: " + sentence),
        ];
        return state
            .Close<ImportState>()
            .Open(
                new ImportConfirmState
                {
                    Title = "Import",
                    Notes = notes,
                    Profiles = [.. plan.Profiles.Select(profile => profile.Raw)],
                }
            );
    }

    private static string FileName(string name) =>
        string.Concat(
            name.ToLowerInvariant().Select(character => char.IsAsciiLetterOrDigit(character) ? character : '-')
        );
}

/// <summary>Shows what would be imported, and asks.</summary>
internal sealed record ImportConfirmState : Form
{
    /// <summary>The profiles, under names that are free.</summary>
    public required ImmutableList<RawProfile> Profiles { get; init; }

    /// <inheritdoc/>
    public override string Verb => "Import";

    /// <inheritdoc/>
    public override Transition Submit(AppState state) =>
        new(
            state.CloseTop(),
            [.. Profiles.Select(profile => (Effect)new Effect.SaveProfile(profile, Replacing: null))]
        );
}
