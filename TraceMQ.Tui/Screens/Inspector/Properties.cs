using System.Globalization;
using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Inspector;

/// <summary>What a message carries beside its payload, as lines.</summary>
internal static class Properties
{
    /// <summary>Columns of the properties beside a payload.</summary>
    public const int Width = 38;

    private const int LabelWidth = 14;

    /// <summary>Every fact and header.</summary>
    public static IReadOnlyList<StyledLine> Of(AppState state, OpenedMessage opened, int width)
    {
        var message = opened.Stored.Message;
        var lines = new List<StyledLine>();
        state.Connections.TryGetValue(opened.Stored.Source, out var connection);
        var isMark = message.Mark != HistoryMark.None && connection is not null;
        Add(
            lines,
            "topic",
            isMark ? connection!.Transport.Topics.Shown(message.Topic) : message.Topic,
            Tone.Topic,
            width
        );
        if (connection is not null)
            Add(lines, "connection", connection.Name, SourceTone.Of(connection), width);
        if (message.Direction == Direction.Out)
            Add(lines, "direction", "sent by us", Tone.Outgoing, width);
        foreach (var detail in message.Details)
            Add(lines, detail.Field.Label, detail.Value.ToString(), Tone.Normal, width);
        foreach (var header in message.Headers)
            Add(lines, header.Name, header.Value, Tone.String, width);
        var time = message.Time.ToLocalTime();
        Add(
            lines,
            message.Direction == Direction.Out ? "sent" : "received",
            time.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture),
            Tone.Normal,
            width
        );
        Add(lines, "date", time.ToString("yyyy-MM-dd zzz", CultureInfo.InvariantCulture), Tone.Normal, width);
        return lines;
    }

    /// <summary>The most telling ones on one line, for a narrow screen.</summary>
    public static StyledLine Summary(OpenedMessage opened)
    {
        var message = opened.Stored.Message;
        var parts = message
            .Details.Where(detail => detail.Value.Kind != DetailKind.Flag || detail.Value.Flag)
            .Select(detail =>
                detail.Value.Kind == DetailKind.Flag ? detail.Field.Label : $"{detail.Field.Label} {detail.Value}"
            )
            .Concat(message.Headers.Select(header => $"{header.Name} {header.Value}"));
        return StyledLine.Of(SafeText.Line(string.Join(" · ", parts), 400), Tone.Dim);
    }

    // A value that is too long goes on below, under itself.
    private static void Add(List<StyledLine> lines, string label, string value, Tone tone, int width)
    {
        var safe = SafeText.Line(value, 2048);
        var room = Math.Max(8, width - LabelWidth);
        var name = TextWidth.Cut(SafeText.Line(label, 60), LabelWidth - 1);
        var isFirst = true;
        do
        {
            var part = TextWidth.Cut(safe, room);
            if (part.Length == 0 && safe.Length > 0)
                break;
            var head = isFirst ? name + new string(' ', LabelWidth - TextWidth.Of(name)) : new string(' ', LabelWidth);
            lines.Add(new StyledLine().Add(head, Tone.Dim).Add(part, tone));
            safe = safe[part.Length..];
            isFirst = false;
        } while (safe.Length > 0 && lines.Count < 400);
    }
}
