using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Main;

/// <summary>The last line: what is typed, what there is to say, or the keys that are useful now.</summary>
internal sealed class FooterBar
{
    private static readonly TimeSpan s_shown = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan s_shownLong = TimeSpan.FromSeconds(20);

    private readonly TimeProvider _time;
    private Status? _status;
    private long _since;

    public FooterBar(TimeProvider time) => _time = time;

    /// <summary>A key was pressed: what was said is read.</summary>
    public void Acknowledge()
    {
        if (_time.GetElapsedTime(_since) > TimeSpan.FromSeconds(1))
            _since = 0;
    }

    /// <summary>True while something is shown that has to give way to the keys later.</summary>
    public bool IsShowing(AppState state) => state.Status is not null && _since != 0;

    /// <summary>Paints it.</summary>
    public void Paint(Canvas canvas, AppState state, TextEditor typed)
    {
        var y = canvas.Height - 1;
        canvas.Fill(new Box(0, y, canvas.Width, 1), Ground.Bar);
        if (state.Typing != Typing.Nothing)
        {
            PaintTyping(canvas, state, typed, y);
            return;
        }

        if (!Equals(state.Status, _status))
        {
            _status = state.Status;
            _since = _time.GetTimestamp();
        }

        if (
            _status is { } status
            && _since != 0
            && _time.GetElapsedTime(_since) < (status.Level >= StatusLevel.Warning ? s_shownLong : s_shown)
        )
            canvas.Write(
                1,
                y,
                canvas.Width - 2,
                StyledLine.Of(Mark(canvas.Glyphs, status) + SafeText.Line(status.Text, 600), ToneOf(status)),
                Ground.Bar
            );
        else
        {
            _since = 0;
            canvas.Write(0, y, canvas.Width, Keys(state, canvas.Width), Ground.Bar);
        }
    }

    private static void PaintTyping(Canvas canvas, AppState state, TextEditor typed, int y)
    {
        var isFilter = state.Typing == Typing.Filter;
        var problem = isFilter ? state.Messages.FilterProblem : "";
        var x = canvas.Write(1, y, isFilter ? "/ " : "find ", Tone.Accent, Ground.Bar);
        var right =
            problem.Length > 0 ? StyledLine.Of(SafeText.Line(problem, 200), Tone.Error)
            : isFilter && state.Messages.FilterText.Length > 0
                ? StyledLine.Of($"{SizeText.Count(state.Store.Rows.Count)} hits", Tone.Good)
            : StyledLine.Of(
                isFilter
                    ? "words, \"a phrase\", topic:PATTERN, /regex/, ! excludes; Enter keeps, Esc leaves"
                    : "Enter goes to the next, then n and N",
                Tone.Dim
            );
        var width = Math.Min(TextWidth.Of(right.Plain), Math.Max(0, canvas.Width - x - 20));
        var tone =
            problem.Length > 0 ? Tone.Error
            : isFilter && typed.Text.Length > 0 ? Tone.Good
            : Tone.Normal;
        FieldPainter.PaintTyped(
            canvas,
            new Box(x, y, canvas.Width - x - width - 2, 1),
            typed.Text,
            typed.Caret,
            hasKeys: true,
            tone,
            Ground.Bar
        );
        canvas.Write(canvas.Width - width - 1, y, width, right, Ground.Bar);
    }

    private static StyledLine Keys(AppState state, int width)
    {
        var line = new StyledLine().Add(" ");
        var scope = state.Scope;
        var commands = state
            .Commands.All.Where(command =>
                (command.Scopes & scope) != 0 && command.Label.Length > 0 && command.KeyList.Count > 0
            )
            .Where(command => command.WhyNot(state) is null)
            .OrderBy(command => Rank(command, scope));
        var used = 1;
        foreach (var command in commands)
        {
            var needed = TextWidth.Of(command.KeyList[0]) + command.Label.Length + 4;
            if (used + needed > width)
                break;
            used += needed;
            line.Add(command.KeyList[0], Tone.Accent).Add($" {command.Label}   ", Tone.Dim);
        }

        return line;
    }

    // Help and the palette first, as they lead to all others; then what this place alone has, and what is done every few minutes.
    private static int Rank(CommandSpec command, Scopes scope) =>
        command.Name switch
        {
            "help" => 0,
            "palette" => 1,
            "filter" => 2,
            "publish" or "subscribe" or "follow" => 4,
            "quit" => 100,
            _ => command.Scopes == scope ? 3 : int.PopCount((int)command.Scopes) + 4,
        };

    private static string Mark(Glyphs glyphs, Status status) =>
        status.Level switch
        {
            StatusLevel.Good => glyphs.Yes + " ",
            StatusLevel.Error => glyphs.No + " ",
            _ => "",
        };

    private static Tone ToneOf(Status status) =>
        status.Level switch
        {
            StatusLevel.Good => Tone.Good,
            StatusLevel.Error => Tone.Error,
            StatusLevel.Warning => Tone.Warning,
            _ => Tone.Normal,
        };
}
