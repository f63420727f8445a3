using System.Globalization;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Payloads;

/// <summary>Measurements (RFC 8428), in JSON or CBOR, resolved: one on a line with its whole name, value, unit and time.</summary>
internal sealed class SenmlFormat : IPayloadFormat
{
    /// <inheritdoc/>
    public string Name => "senml";

    /// <inheritdoc/>
    public bool IsLikely(ReadOnlySpan<byte> payload, PayloadHints hints) =>
        hints.ContentType is { } type
        && (Says(type, "senml") || Says(type, "sensml"))
        && (Says(type, "json") || Says(type, "cbor"));

    /// <inheritdoc/>
    public PayloadDocument Read(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (SenmlReader.Read(payload, cancellationToken) is { } pack)
            return new Measurements(pack) { Format = Name };
        // What is damaged is read as what it is made of.
        var other = PayloadFormats.Detect(payload.Span, new PayloadHints(), except: this);
        return other.Read(payload, cancellationToken);
    }

    private static bool Says(string type, string word) => type.Contains(word, StringComparison.OrdinalIgnoreCase);

    private sealed class Measurements : PayloadDocument
    {
        private const int MaximumColumn = 40;
        private const int MaximumText = 4096;

        // Less is relative to now, and more is a time (RFC 8428, section 4.5.3).
        private const double FirstAbsolute = 1 << 28;

        private readonly List<SenmlRecord> _records;
        private readonly int _names;
        private readonly int _values;

        public Measurements(SenmlPack pack)
        {
            _records = pack.Records;
            Note = pack.IsFull ? $"only the first {SenmlPack.MaximumRecords:N0} are read" : pack.Note;
            _names = _records.Select(record => TextWidth.Of(Shown(record.Name))).DefaultIfEmpty().Max();
            _values = _records.Select(record => TextWidth.Of(Measure(record))).DefaultIfEmpty().Max();
            _names = Math.Min(_names, MaximumColumn);
            _values = Math.Min(_values, MaximumColumn);
        }

        public override int LineCount => _records.Count;

        public override void Write(int line, bool isFolded, Glyphs glyphs, StyledLine into)
        {
            var record = _records[line];
            Column(into, Shown(record.Name), _names, Tone.Key);
            var value = Shown(record.Value);
            into.Add(value, ToneOf(record.Kind));
            into.Add(Measure(record)[value.Length..], Tone.Dim);
            var more = More(record);
            if (more.Length > 0)
                into.Add(new string(' ', Math.Max(0, _values - TextWidth.Of(Measure(record)))) + "  " + more, Tone.Dim);
        }

        private static string Shown(string text) => SafeText.Line(text, MaximumText);

        private static string Measure(SenmlRecord record) =>
            record.Unit.Length == 0 ? Shown(record.Value)
            : record.Value.Length == 0 ? Shown(record.Unit)
            : $"{Shown(record.Value)} {Shown(record.Unit)}";

        private static void Column(StyledLine into, string text, int width, Tone tone)
        {
            into.Add(text, tone);
            into.Add(new string(' ', Math.Max(0, width - TextWidth.Of(text)) + 2));
        }

        private static Tone ToneOf(SenmlKind kind) =>
            kind switch
            {
                SenmlKind.Number or SenmlKind.Data => Tone.Number,
                SenmlKind.Boolean => Tone.Literal,
                _ => Tone.String,
            };

        private static string More(SenmlRecord record)
        {
            var parts = new List<string>();
            if (record.Sum is { } sum)
                parts.Add($"sum {SenmlPack.Format(sum)}");
            if (TimeOf(record.Time) is { Length: > 0 } time)
                parts.Add(time);
            if (record.UpdateTime is { } next)
                parts.Add($"next within {SenmlPack.Format(next)} s");
            return string.Join(", ", parts);
        }

        private static string TimeOf(double seconds)
        {
            if (seconds == 0)
                return "";
            if (seconds < FirstAbsolute)
                return seconds < 0 ? $"{SenmlPack.Format(-seconds)} s ago" : $"in {SenmlPack.Format(seconds)} s";
            const double Last = 253_402_300_799;
            return seconds > Last
                ? $"{SenmlPack.Format(seconds)} s since 1970"
                : DateTimeOffset
                    .UnixEpoch.AddTicks((long)Math.Round(seconds * 1000) * TimeSpan.TicksPerMillisecond)
                    .ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);
        }
    }
}
