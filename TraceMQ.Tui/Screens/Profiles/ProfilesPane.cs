using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Menu;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Profiles;

/// <summary>The profile tree: groups, profiles, and how their connections stand.</summary>
internal sealed class ProfilesPane : IPane
{
    private readonly Scroll _scroll = new();
    private Box _list;

    /// <summary>Rows that would be seen if there were room.</summary>
    public static int WantedHeight(AppState state) => ProfileRows.Of(state).Count;

    /// <inheritdoc/>
    public void Paint(Canvas canvas, Box box, AppState state, bool hasKeys)
    {
        var rows = ProfileRows.Of(state);
        var broken = state.Config.Problems.Count;
        var right =
            broken == 0
                ? new StyledLine()
                : StyledLine.Of(broken == 1 ? "1 problem" : $"{broken} problems", Tone.Error);
        canvas.Border(
            box,
            StyledLine.Of("Profiles", hasKeys ? Tone.Bright : Tone.Dim),
            right,
            hasKeys ? Tone.Accent : Tone.Dim
        );
        _list = box.Inner;
        _scroll.Fit(rows.Count, _list.Height);
        var selected = IndexOfSelected(state, rows);
        _scroll.Show(selected);
        if (rows.Count == 0)
            canvas.Write(
                _list.X + 1,
                _list.Y,
                _list.Width - 1,
                StyledLine.Of($"{state.Commands.KeyOf("new-profile")} makes the first one", Tone.Dim)
            );
        for (var y = 0; y < _list.Height && _scroll.Top + y < rows.Count; y++)
        {
            var row = rows[(int)_scroll.Top + y];
            var isSelected = _scroll.Top + y == selected;
            var ground =
                !isSelected ? Ground.Plain
                : hasKeys ? Ground.Selected
                : Ground.Plain;
            canvas.Write(_list.X, _list.Y + y, _list.Width, Line(canvas.Glyphs, state, row, _list.Width), ground);
        }

        canvas.Thumb(_list, rows.Count, _scroll.Top);
    }

    /// <inheritdoc/>
    public AppEvent? Do(string command, AppState state)
    {
        var rows = ProfileRows.Of(state);
        if (rows.Count == 0)
            return null;
        var selected = IndexOfSelected(state, rows);
        var row = rows[selected];
        if (row.Name is null && ((command == "left" && !row.IsFolded) || (command == "right" && row.IsFolded)))
            return new AppEvent.CommandChosen("connect");
        return _scroll.Move(command, selected) is { } moved
            ? new AppEvent.ProfileRowSelected(rows[(int)moved].Key)
            : null;
    }

    /// <inheritdoc/>
    public AppEvent? Mouse(MouseAction mouse, AppState state)
    {
        if (_scroll.Wheel(mouse))
            return null;
        var rows = ProfileRows.Of(state);
        var at = (int)_scroll.Top + mouse.Y - _list.Y;
        if (at < 0 || at >= rows.Count)
            return null;
        return mouse.Kind switch
        {
            MouseKind.DoubleClick => new AppEvent.CommandChosen("connect"),
            MouseKind.RightClick when rows[at].Key == state.Profiles.SelectedKey => new MenuAsked(mouse.X, mouse.Y),
            _ => new AppEvent.ProfileRowSelected(rows[at].Key),
        };
    }

    private static int IndexOfSelected(AppState state, IReadOnlyList<ProfileRow> rows)
    {
        var selected = ProfileRows.Selected(state);
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Key == selected?.Key)
                return i;
        }

        return 0;
    }

    private static StyledLine Line(Glyphs glyphs, AppState state, ProfileRow row, int width)
    {
        if (row.Name is null)
            return new StyledLine()
                .Add($" {(row.IsFolded ? glyphs.Folded : glyphs.Unfolded)} ", Tone.Dim)
                .Add(SafeText.Line(row.Group, 60), Tone.Dim);
        var (mark, tone) = Mark(glyphs, row);
        var indent = row.Group.Length > 0 ? "   " : " ";
        var line = new StyledLine().Add(indent).Add(mark, tone).Add(" ");
        var right = Right(state, row);
        var room = Math.Max(4, width - indent.Length - 3 - TextWidth.Of(right.Text));
        var name = TextWidth.Cut(SafeText.Line(row.Name, 100), room, glyphs.More);
        line.Add(name, row.Entry is { Problems.Count: > 0 } ? Tone.Error : Tone.Normal);
        line.Add(new string(' ', Math.Max(0, room - TextWidth.Of(name)))).Add(right.Text, right.Tone);
        return line;
    }

    private static Span Right(AppState state, ProfileRow row)
    {
        if (row.Entry is { Problems.Count: > 0 })
            return new Span("error ", Tone.Error);
        if (row.Connection is { Phase: ConnectionPhase.Waiting, RetryAt: { } at })
            return new Span($"in {SizeText.Span(at > state.Now ? at - state.Now : TimeSpan.Zero)} ", Tone.Warning);
        var marks = row.Entry is { IsProduction: true } or { IsReadOnly: true }
            ? (row.Entry.IsProduction ? "PROD " : "ro ")
            : "";
        return marks.Length > 0
            ? new Span(marks, row.Entry!.IsProduction ? Tone.Error : Tone.Warning)
            : new Span((row.Profile?.Protocol ?? "") + " ", Tone.Dim);
    }

    private static (string Mark, Tone Tone) Mark(Glyphs glyphs, ProfileRow row) =>
        row.Connection?.Phase switch
        {
            ConnectionPhase.Connected when row.Connection.IsListener => (glyphs.Listening, Tone.Source),
            ConnectionPhase.Connected => (glyphs.Connected, Tone.Good),
            ConnectionPhase.Connecting or ConnectionPhase.Waiting => (glyphs.Waiting, Tone.Warning),
            ConnectionPhase.Failed => (glyphs.Failed, Tone.Error),
            _ => (glyphs.Idle, Tone.Dim),
        };
}
