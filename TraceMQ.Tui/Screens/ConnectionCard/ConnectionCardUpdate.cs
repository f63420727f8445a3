using System.Globalization;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Main;
using TraceMQ.Tui.Screens.Profiles;
using TraceMQ.Tui.Screens.Reading;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.ConnectionCard;

/// <summary>The connection card: the peer, the subscriptions, and what this connection leaves behind.</summary>
internal static class ConnectionCardUpdate
{
    private const int LabelWidth = 20;

    // What a text to read loses of the screen's width on both sides.
    private const int Frame = 8;

    /// <summary>Why there is nothing to show.</summary>
    public static string? WhyNot(AppState state) =>
        Subject(state) is null ? "there is no connection yet; connect a profile first" : null;

    /// <summary>Opens it.</summary>
    public static Transition Open(AppState state)
    {
        var connection = Subject(state)!;
        return state.Open(
            new ConnectionCardState
            {
                Source = connection.Source,
                Title = SafeText.Line(connection.Name),
                Subtitle = connection.Transport.Protocol,
                Lines = LinesOf(state, connection),
            }
        );
    }

    /// <summary>Brings an open card up to date: its times run, and a session's facts change.</summary>
    public static Transition Refresh(AppState state) =>
        state.Top is ConnectionCardState card
            ? new Transition(
                state.ReplaceTop(card with { Lines = LinesOf(state, state.Connections[card.Source]) }),
                state.Connections[card.Source].IsConnected ? [new Effect.ReadFacts(card.Source)] : []
            )
            : state;

    private static List<StyledLine> LinesOf(AppState state, Connection connection)
    {
        var width = state.Layout.Width - Frame;
        var lines = new List<StyledLine>();
        lines.AddRange(
            Wrapped(Label("state"), Words(connection), connection.IsConnected ? Tone.Good : Tone.Warning, width)
        );
        lines.AddRange(connection.ListensOn.SelectMany(url => Wrapped(Label("listening on"), url, Tone.Normal, width)));
        lines.AddRange(connection.Facts.SelectMany(fact => OfFact(fact, width)));
        lines.Add(Labelled("received", $"{connection.Received:N0}, dropped {connection.Dropped:N0}", Tone.Normal));
        if (connection.IsReadOnly)
            lines.Add(Labelled("read-only", "publishes and changes nothing, leaves nothing behind", Tone.Warning));
        if (connection.IsProduction)
            lines.Add(Labelled("production", "changes ask for the profile's name", Tone.Error));
        Section(
            lines,
            "Subscriptions",
            connection.Subscriptions.Select(item =>
                (connection.Transport.Topics.Shown(item.Subscription.Topic), item.Result?.Text ?? "not answered yet")
            )
        );
        Section(lines, "Left behind on the peer", LeftBehind(connection).Select(item => ("", item)));
        if (!connection.Notices.IsEmpty)
            AddNotices(lines, connection, width);
        return lines;
    }

    private static void AddNotices(List<StyledLine> lines, Connection connection, int width)
    {
        lines.Add(StyledLine.Of(""));
        lines.Add(StyledLine.Of("Notices, the newest first", Tone.Bright));
        foreach (var (time, notice) in connection.Notices.Reverse())
        {
            var at = StyledLine.Of(
                $"  {time.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture)}".PadRight(LabelWidth),
                Tone.Dim
            );
            var tone = notice.Level == NoticeLevel.Warning ? Tone.Warning : Tone.Normal;
            lines.AddRange(Wrapped(at, SafeText.Line(notice.Text), tone, width));
        }
    }

    private static string[] LeftBehind(Connection connection)
    {
        var profile = ProfileReader.Read(connection.Transport, connection.Profile, out var problems);
        if (profile is null)
            return [$"unknown until it is connected: {problems[0].Key} holds a reference"];
        var left = connection.Transport.LeavesBehind(profile).ToArray();
        return left.Length == 0 ? ["nothing"] : left;
    }

    private static Connection? Subject(AppState state) =>
        (state.Layout.Focus == PaneName.Profiles ? ProfileRows.Selected(state)?.Connection : null)
        ?? Connections.Current(state, Capabilities.None)
        ?? state.Connections.Values.FirstOrDefault();

    private static string Words(Connection connection) =>
        connection.Phase switch
        {
            ConnectionPhase.Connected => connection.IsListener ? "listening" : "connected",
            ConnectionPhase.Connecting => "connecting",
            ConnectionPhase.Waiting => $"waiting to try again: {SafeText.Line(connection.Reason)}",
            ConnectionPhase.Failed => $"failed: {SafeText.Line(connection.Reason)}",
            _ => "closed",
        };

    // The words say it too: a colour alone is not seen by everybody.
    private static IEnumerable<StyledLine> OfFact(Fact fact, int width)
    {
        var label = SafeText.Line(fact.Label, 30);
        var tone = fact.Tone switch
        {
            FactTone.Alarm => Tone.Error,
            FactTone.Warning => Tone.Warning,
            _ => Tone.Normal,
        };
        var head = fact.Tone == FactTone.Alarm ? Mark(label) : Label(label);
        return Wrapped(head, SafeText.Line(fact.Value), tone, width);
    }

    private static IEnumerable<StyledLine> Wrapped(StyledLine head, string value, Tone tone, int width) =>
        LineWrap.Of(value, width - LabelWidth).Select((part, at) => (at == 0 ? head : Label("")).Add(part, tone));

    private static StyledLine Mark(string label) =>
        new StyledLine()
            .Add($" {label.ToUpperInvariant()} ", Tone.Danger)
            .Add(new string(' ', Math.Max(1, LabelWidth - label.Length - 2)));

    private static StyledLine Label(string label) => StyledLine.Of(label.PadRight(LabelWidth), Tone.Dim);

    private static StyledLine Labelled(string label, string value, Tone tone) => Label(label).Add(value, tone);

    private static void Section(List<StyledLine> lines, string title, IEnumerable<(string Name, string Value)> items)
    {
        lines.Add(StyledLine.Of(""));
        lines.Add(StyledLine.Of(title, Tone.Bright));
        var before = lines.Count;
        lines.AddRange(
            items.Select(item =>
                item.Name.Length == 0
                    ? StyledLine.Of("  " + SafeText.Line(item.Value))
                    : new StyledLine()
                        .Add("  " + SafeText.Line(item.Name).PadRight(28), Tone.Topic)
                        .Add(" " + SafeText.Line(item.Value), Tone.Dim)
            )
        );
        if (lines.Count == before)
            lines.Add(StyledLine.Of("  none", Tone.Dim));
    }
}
