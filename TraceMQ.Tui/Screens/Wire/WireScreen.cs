using System.Globalization;
using TraceMQ.Transport;
using TraceMQ.Transport.Wire;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Payloads;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Wire;

/// <summary>Paints the packets, and the selected one with its fields and bytes.</summary>
internal sealed class WireScreen : IOverlayScreen
{
    private readonly Scroll _scroll = new();
    private List<(long Number, WireRecord Record)> _packets = [];
    private Box _list;

    /// <inheritdoc/>
    public void Paint(Canvas canvas, AppState state, Overlay overlay)
    {
        var wire = (WireState)overlay;
        _packets = [.. wire.Packets];
        var split = Math.Max(6, (canvas.Height - 2) * 6 / 10);
        var box = new Box(0, 1, canvas.Width, split);
        canvas.Fill(new Box(0, 1, canvas.Width, canvas.Height - 2), Ground.Plain);
        var left = StyledLine.Of("Wire ", Tone.Bright).Add(SafeText.Line(wire.Name, 40), Tone.Source);
        if (wire.Only is not null)
            left.Add(" one exchange", Tone.Normal);
        var right = StyledLine.Of($"{wire.Total} packets", Tone.Dim);
        if (wire.Total > wire.Count)
            right.Add($" · the last {wire.Count} kept", Tone.Warning);
        if (wire.IsOver)
            right.Add(" · the connection ended", Tone.Error);
        else if (wire.Selected == 0)
            right.Add(" · following", Tone.Good);
        canvas.Border(box, left, right, Tone.Accent);
        _list = box.Inner;
        _scroll.Fit(_packets.Count, _list.Height);
        var selected = IndexOf(wire);
        _scroll.Show(selected);
        if (_packets.Count == 0)
            canvas.Write(
                _list.X + 1,
                _list.Y,
                wire.Only is null
                    ? "recording; packets appear as they come"
                    : "its packets are forgotten: only the latest of a connection are remembered",
                Tone.Dim
            );
        for (var y = 0; y < _list.Height && _scroll.Top + y < _packets.Count; y++)
        {
            var at = (int)_scroll.Top + y;
            canvas.Write(
                _list.X,
                _list.Y + y,
                _list.Width,
                Row(canvas.Glyphs, _packets[at].Record, wire.Only is null ? null : _packets[0].Record.Time),
                at == selected ? Ground.Selected : Ground.Plain
            );
        }

        canvas.Thumb(_list, _packets.Count, _scroll.Top);
        var below = new Box(0, box.Bottom, canvas.Width, canvas.Height - 1 - box.Bottom);
        if (selected < _packets.Count && below.Height > 2)
            PaintPacket(canvas, below, _packets[selected].Record);
    }

    /// <inheritdoc/>
    public AppEvent? Key(KeyPress key, string? command, AppState state, Overlay overlay)
    {
        if (command == "last" || _packets.Count == 0)
            return new PacketSelected(0);
        return command is not null && _scroll.Move(command, IndexOf((WireState)overlay)) is { } row
            ? new PacketSelected(_packets[(int)row].Number)
            : null;
    }

    /// <inheritdoc/>
    public AppEvent? Mouse(MouseAction mouse, AppState state, Overlay overlay)
    {
        if (_scroll.Wheel(mouse) || !_list.Contains(mouse.X, mouse.Y))
            return null;
        var at = (int)_scroll.Top + mouse.Y - _list.Y;
        return at < _packets.Count ? new PacketSelected(_packets[at].Number) : null;
    }

    private int IndexOf(WireState wire)
    {
        if (wire.Selected == 0)
            return Math.Max(0, _packets.Count - 1);
        var at = _packets.FindIndex(packet => packet.Number >= wire.Selected);
        return at < 0 ? Math.Max(0, _packets.Count - 1) : at;
    }

    private static StyledLine Row(Glyphs glyphs, WireRecord record, DateTimeOffset? since) =>
        new StyledLine()
            .Add(" " + record.Time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture) + " ", Tone.Dim)
            .Add(since is { } began ? $"+{(record.Time - began).TotalMilliseconds, -9:0.0} " : "", Tone.Number)
            .Add(
                record.Direction == Direction.In ? glyphs.Incoming : glyphs.Outgoing,
                record.Direction == Direction.In ? Tone.Incoming : Tone.Outgoing
            )
            .Add(" " + record.Kind.PadRight(12), Tone.Bright)
            .Add(SizeText.Of(record.Length).PadLeft(8) + "  ", Tone.Number)
            .Add(SafeText.Line(record.Summary, 400));

    private static void PaintPacket(Canvas canvas, Box box, WireRecord record)
    {
        canvas.Border(
            box,
            StyledLine.Of(record.Kind, Tone.Normal),
            StyledLine.Of(SizeText.Of(record.Length), Tone.Dim),
            Tone.Dim
        );
        var inner = new Box(box.X + 2, box.Y + 1, box.Width - 4, box.Height - 2);
        var isWide = inner.Width >= 116;
        var fields = isWide ? inner with { Width = inner.Width - 76 } : inner;
        for (var y = 0; y < Math.Min(fields.Height, record.Fields.Count); y++)
        {
            var fact = record.Fields[y];
            var line = new StyledLine()
                .Add(TextWidth.Cut(SafeText.Line(fact.Label, 60), 22).PadRight(23), Tone.Dim)
                .Add(SafeText.Line(fact.Value, 600));
            canvas.Write(fields.X, fields.Y + y, fields.Width, line);
        }

        var top = isWide ? inner.Y : inner.Y + record.Fields.Count + 1;
        var hex = new HexFormat().Read(record.Bytes, CancellationToken.None);
        var text = new StyledLine();
        for (var y = 0; y < hex.LineCount && top + y < inner.Bottom; y++)
        {
            hex.Write(y, isFolded: false, canvas.Glyphs, text.Clear());
            var x = isWide ? fields.Right + 1 : inner.X;
            canvas.Write(x, top + y, inner.Right - x, text);
        }
    }
}
