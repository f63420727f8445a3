using TraceMQ.Tui.Core;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Messages;

/// <summary>What the border of the message list says, and the list itself while it is empty.</summary>
internal static class MessagesTitle
{
    /// <summary>The title, and what hides messages.</summary>
    public static StyledLine Left(AppState state, bool hasKeys)
    {
        var line = StyledLine.Of("Messages", hasKeys ? Tone.Bright : Tone.Dim);
        var messages = state.Messages;
        if (messages.Scope.Source is { } source && state.Connections.TryGetValue(source, out var connection))
            line.Add(" in ", Tone.Dim).Add(SafeText.Line(connection.Name, 24), Tone.Source);
        if (messages.Scope.Only is { } only)
            line.Add(" on ", Tone.Dim).Add(SafeText.Line(only.Topic, 40) + (only.IsBranch ? "/…" : ""), Tone.Topic);
        if (messages.Scope.Excluded.Count > 0)
            line.Add($" without {messages.Scope.Excluded.Count} hidden", Tone.Dim);
        if (messages.Scope.IsLatestPerTopic)
            line.Add(" latest per topic", Tone.Accent);
        if (state.Typing == Typing.Nothing && messages.FilterText.Length > 0)
            line.Add(" / ", Tone.Dim)
                .Add(
                    SafeText.Line(messages.FilterText, 60),
                    messages.FilterProblem.Length == 0 ? Tone.Good : Tone.Error
                );
        if (state.Typing == Typing.Nothing && messages.FindText.Length > 0)
            line.Add(" find ", Tone.Dim).Add(SafeText.Line(messages.FindText, 40), Tone.Match);
        return line;
    }

    /// <summary>Counts.</summary>
    public static StyledLine Right(AppState state)
    {
        var line = new StyledLine();
        var rows = state.Store.Rows;
        if (rows is HitView hits)
        {
            line.Add($"{SizeText.Count(rows.Count)} hits", Tone.Normal);
            if (!hits.IsComplete)
                line.Add(" · searching…", Tone.Warning);
            else if (hits.Missing > 0)
                line.Add($" · {SizeText.Count(hits.Missing)} gone, not searched", Tone.Warning);
            if (state.Messages.Scope.Filter.TimedOut is var slow and > 0)
                line.Add($" · /regex/ too slow for {SizeText.Count(slow)}", Tone.Warning);
        }
        else
        {
            line.Add(SizeText.Count(rows.Count), Tone.Dim);
        }

        if (!state.Messages.Marks.IsEmpty)
            line.Add($" · {state.Messages.Marks.Count} marked", Tone.Accent);
        if (!state.Messages.IsFollowing && rows.Count > 0)
        {
            var at = rows.RowOf(state.Messages.PausedAt);
            var fresh = rows.Count - (at < 0 ? ~at : at + 1);
            line.Add(" · paused", Tone.Warning);
            if (fresh > 0)
                line.Add($" · +{SizeText.Count(fresh)} new", Tone.Warning);
        }

        return line;
    }

    /// <summary>Why the list is empty, and what to do.</summary>
    public static IReadOnlyList<StyledLine> WhyEmpty(AppState state, int width)
    {
        string KeyOf(string command) => state.Commands.KeyOf(command);
        if (!state.Messages.Scope.IsAll)
        {
            return
            [
                StyledLine.Of("No kept message matches.", Tone.Dim),
                new StyledLine().Add("Esc", Tone.Accent).Add(" shows more", Tone.Dim),
            ];
        }

        if (state.Connections.Values.Any(connection => connection.IsConnected))
        {
            return
            [
                StyledLine.Of("Connected. Nothing has come yet.", Tone.Dim),
                new StyledLine()
                    .Add(KeyOf("subscribe"), Tone.Accent)
                    .Add(" subscribes   ", Tone.Dim)
                    .Add(KeyOf("publish"), Tone.Accent)
                    .Add(" publishes", Tone.Dim),
            ];
        }

        if (state.Connections.Values.FirstOrDefault(connection => connection.Reason.Length > 0) is { } failed)
        {
            return
            [
                StyledLine.Of(SafeText.Line(failed.Name, 60), Tone.Source),
                .. LineWrap
                    .Of(SafeText.Line(failed.Reason, 600), width)
                    .Select(line => StyledLine.Of(line, Tone.Error)),
            ];
        }

        return state.Config.Profiles.Count > 0
            ?
            [
                StyledLine.Of("Nothing is connected.", Tone.Dim),
                new StyledLine()
                    .Add(KeyOf("profiles"), Tone.Accent)
                    .Add(" goes to the profiles, ", Tone.Dim)
                    .Add("Enter", Tone.Accent)
                    .Add(" connects one", Tone.Dim),
            ]
            :
            [
                StyledLine.Of("Welcome. There is no profile yet.", Tone.Dim),
                new StyledLine()
                    .Add(KeyOf("profiles"), Tone.Accent)
                    .Add(" then ", Tone.Dim)
                    .Add(KeyOf("new-profile"), Tone.Accent)
                    .Add(" makes one", Tone.Dim),
                new StyledLine().Add("tracemq --demo", Tone.Accent).Add(" shows what it looks like", Tone.Dim),
            ];
    }
}
