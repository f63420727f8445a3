using System.Globalization;

namespace TraceMQ.Transport.Settings;

/// <summary>A place in a stored stream: where reading begins, or where it ends (included).</summary>
public sealed record StartPoint
{
    /// <summary>The key of the subscribe setting where reading begins; the command line's <c>--start</c> sets it.</summary>
    public const string StartKey = "start";

    /// <summary>The key of the subscribe setting where reading ends; the command line's <c>--until</c> sets it.</summary>
    public const string UntilKey = "until";

    private const string LastPrefix = "last:";
    private const string SequencePrefix = "sequence:";
    private const string OffsetPrefix = "offset:";

    /// <summary>Which form it has.</summary>
    public required StartKind Kind { get; init; }

    /// <summary>How many, for <see cref="StartKind.Last"/>; which, for <see cref="StartKind.Sequence"/> and <see cref="StartKind.Offset"/>.</summary>
    public long Number { get; init; }

    /// <summary>The time of a <see cref="StartKind.At"/>.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>How long ago, for <see cref="StartKind.Ago"/>; positive.</summary>
    public TimeSpan Ago { get; init; }

    /// <summary>The oldest that is stored.</summary>
    public static StartPoint Earliest { get; } = new() { Kind = StartKind.Earliest };

    /// <summary>Only what comes from now on.</summary>
    public static StartPoint Latest { get; } = new() { Kind = StartKind.Latest };

    /// <summary>Where the stream ended when reading began.</summary>
    public static StartPoint End { get; } = new() { Kind = StartKind.End };

    /// <summary>Reads a form; null where it is none.</summary>
    public static StartPoint? Parse(string text) =>
        text switch
        {
            "earliest" => Earliest,
            "latest" => Latest,
            "end" => End,
            "last_per_subject" => new StartPoint { Kind = StartKind.LastPerSubject },
            _ when text.StartsWith(LastPrefix, StringComparison.Ordinal) => Numbered(
                StartKind.Last,
                text[LastPrefix.Length..],
                minimum: 1
            ),
            _ when text.StartsWith(SequencePrefix, StringComparison.Ordinal) => Numbered(
                StartKind.Sequence,
                text[SequencePrefix.Length..],
                minimum: 0
            ),
            _ when text.StartsWith(OffsetPrefix, StringComparison.Ordinal) => Numbered(
                StartKind.Offset,
                text[OffsetPrefix.Length..],
                minimum: 0
            ),
            _ when text.StartsWith('-') => Quantity.TryParseDuration(text[1..], out var ago)
                ? new StartPoint { Kind = StartKind.Ago, Ago = ago }
                : null,
            _ => DateTimeOffset.TryParse(
                text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time
            )
                ? new StartPoint { Kind = StartKind.At, Time = time }
                : null,
        };

    /// <summary>How a form is written, for help and for problems.</summary>
    public static string Form(StartKind kind) =>
        kind switch
        {
            StartKind.Earliest => "earliest",
            StartKind.Latest => "latest",
            StartKind.Last => "last:N",
            StartKind.Sequence => "sequence:N",
            StartKind.Offset => "offset:N",
            StartKind.Ago => "-20m",
            StartKind.At => "2026-11-22T14:00:00Z",
            StartKind.LastPerSubject => "last_per_subject",
            _ => "end",
        };

    /// <summary>The time that an <see cref="StartKind.At"/> or an <see cref="StartKind.Ago"/> means; null for the others.</summary>
    public DateTimeOffset? TimeAt(DateTimeOffset now) =>
        Kind switch
        {
            StartKind.At => Time,
            StartKind.Ago => now - Ago,
            _ => null,
        };

    /// <summary>The form as it is written.</summary>
    public override string ToString() =>
        Kind switch
        {
            StartKind.Last => LastPrefix + Digits,
            StartKind.Sequence => SequencePrefix + Digits,
            StartKind.Offset => OffsetPrefix + Digits,
            StartKind.Ago => "-" + Quantity.Format(Ago),
            StartKind.At => Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
            _ => Form(Kind),
        };

    private string Digits => Number.ToString(CultureInfo.InvariantCulture);

    private static StartPoint? Numbered(StartKind kind, string digits, long minimum) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum
            ? new StartPoint { Kind = kind, Number = number }
            : null;
}
