using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Profiles;
using TraceMQ.Tui.Screens.Profiles;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Main;

/// <summary>The first line: the live connections with their rates, and what became of the messages.</summary>
internal static class HeaderBar
{
    /// <summary>Paints it.</summary>
    public static void Paint(Canvas canvas, AppState state)
    {
        canvas.Fill(new Box(0, 0, canvas.Width, 1), Ground.Bar);
        var right = Counters(state, canvas.Width < 110);
        var rightWidth = TextWidth.Of(right.Plain);
        var room = Math.Max(12, canvas.Width - rightWidth - 2);
        canvas.Write(0, 0, room, Connections(state, canvas.Glyphs), Ground.Bar);
        if (canvas.Width > rightWidth + 12)
            canvas.Write(canvas.Width - rightWidth - 1, 0, rightWidth, right, Ground.Bar);
    }

    private static StyledLine Connections(AppState state, Glyphs glyphs)
    {
        var line = new StyledLine().Add(" TraceMQ ", Tone.Bright);
        if (state.IsReadOnly)
            line.Add(" READ-ONLY ", Tone.Warning);
        foreach (
            var connection in state.Connections.Values.Where(connection => connection.Phase != ConnectionPhase.Closed)
        )
        {
            line.Add(" ");
            if (connection.IsProduction)
                line.Add(" PROD ", Tone.Danger).Add(" ");
            foreach (var alarm in connection.Facts.Where(fact => fact.Tone == FactTone.Alarm))
                line.Add($" {SafeText.Line(alarm.Label, 20).ToUpperInvariant()} ", Tone.Danger).Add(" ");
            var (mark, tone) = connection.Phase switch
            {
                ConnectionPhase.Connected when connection.IsListener => (glyphs.Listening, Tone.Source),
                ConnectionPhase.Connected => (glyphs.Connected, Tone.Good),
                ConnectionPhase.Failed => (glyphs.Failed, Tone.Error),
                _ => (glyphs.Waiting, Tone.Warning),
            };
            line.Add(mark + " ", tone)
                .Add(TextWidth.Cut(SafeText.Line(connection.Name, 100), 30, glyphs.More), SourceTone.Of(connection));
            if (connection.IsConnected)
                line.Add($" {SizeText.Count(connection.Rate)}/s", Tone.Dim);
            line.Add(" ");
        }

        return line;
    }

    private static StyledLine Counters(AppState state, bool isNarrow)
    {
        var counters = state.Store.Counters;
        var line = new StyledLine();
        if (!isNarrow)
            line.Add($"received {SizeText.Count(counters.Received - counters.Own)} · ", Tone.Dim);
        line.Add($"kept {SizeText.Count(counters.Kept)}", Tone.Dim);
        // Only a full log forgets: before that the span says nothing about what can be lost.
        if (counters.Kept > 0)
            line.Add(
                $" = {SizeText.Span(counters.Span)}",
                counters.Evicted > 0 && counters.Span < TimeSpan.FromMinutes(1) ? Tone.Warning : Tone.Dim
            );
        line.Add(" · ", Tone.Dim)
            .Add($"dropped {SizeText.Count(counters.Dropped)}", counters.Dropped > 0 ? Tone.Error : Tone.Dim);
        return line;
    }
}
