using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;

namespace TraceMQ.Tui.Screens.Ask;

/// <summary>Questions of one line about the selected message.</summary>
internal static class AskUpdate
{
    /// <summary>Which command to send the payload through.</summary>
    public static Transition Pipe(AppState state) =>
        state.Open(
            new AskState
            {
                Title = "Pipe the payload through a command",
                Does = "Run",
                Notes = ["/bin/sh runs it; the payload is its standard input. What it writes is shown."],
                Fields =
                [
                    new Field
                    {
                        Key = "command",
                        Label = "Command",
                        Placeholder = "jq .",
                    },
                ],
                Then = command => new Effect.Pipe(state.Messages.SelectedId, command),
            }
        );

    /// <summary>Which file to write to.</summary>
    public static Transition Save(AppState state)
    {
        IReadOnlyList<long> ids = state.Messages.Marks.IsEmpty
            ? [state.Messages.SelectedId]
            : [.. state.Messages.Marks];
        return state.Open(
            new AskState
            {
                Title = ids.Count == 1 ? "Write the payload to a file" : $"Write {ids.Count} marked messages to a file",
                Does = "Write",
                Notes =
                [
                    ids.Count == 1
                        ? "The bytes of the payload, as they came. A name that ends in .json or .jsonl gets the whole message as a JSON line."
                        : "A JSON line for each message, as sub --format json writes them; pub --json sends them again.",
                ],
                Fields =
                [
                    new Field
                    {
                        Key = "file",
                        Label = "File",
                        Text = ids.Count == 1 ? "" : "messages.jsonl",
                    },
                ],
                Then = path => new Effect.WriteMessages(ids, path),
            }
        );
    }
}
