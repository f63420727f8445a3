using System.Globalization;
using System.Text;

namespace TraceMQ.Transport;

/// <summary>The value of one detail. Exactly one of its forms is meaningful, by <see cref="Kind"/>.</summary>
public readonly struct DetailValue
{
    private readonly long _number;
    private readonly object? _reference;

    private DetailValue(DetailKind kind, long number, object? reference)
    {
        Kind = kind;
        _number = number;
        _reference = reference;
    }

    /// <summary>Which form this value has.</summary>
    public DetailKind Kind { get; }

    /// <summary>The integer of a <see cref="DetailKind.Number"/>.</summary>
    public long Number => _number;

    /// <summary>The value of a <see cref="DetailKind.Flag"/>.</summary>
    public bool Flag => _number != 0;

    /// <summary>The string of a <see cref="DetailKind.Text"/>; empty for the other kinds.</summary>
    public string Text => _reference as string ?? "";

    /// <summary>The bytes of a <see cref="DetailKind.Bytes"/>; empty for the other kinds.</summary>
    public ReadOnlyMemory<byte> Bytes => _reference as byte[] ?? [];

    /// <summary>The integers of a <see cref="DetailKind.NumberList"/>; empty for the other kinds.</summary>
    public IReadOnlyList<long> Numbers => _reference as long[] ?? [];

    /// <summary>The point of a <see cref="DetailKind.Time"/>.</summary>
    public DateTimeOffset Time => Kind == DetailKind.Time ? new DateTimeOffset(_number, TimeSpan.Zero) : default;

    /// <summary>Bytes that it holds outside itself.</summary>
    public int Cost =>
        _reference switch
        {
            string text => text.Length * 2,
            byte[] bytes => bytes.Length,
            long[] numbers => numbers.Length * sizeof(long),
            _ => 0,
        };

    /// <summary>A text.</summary>
    public static DetailValue Of(string text) => new(DetailKind.Text, 0, text);

    /// <summary>An integer.</summary>
    public static DetailValue Of(long number) => new(DetailKind.Number, number, null);

    /// <summary>A flag.</summary>
    public static DetailValue Of(bool flag) => new(DetailKind.Flag, flag ? 1 : 0, null);

    /// <summary>Bytes; the array is kept, not copied.</summary>
    public static DetailValue Of(byte[] bytes) => new(DetailKind.Bytes, 0, bytes);

    /// <summary>A point in time.</summary>
    public static DetailValue Of(DateTimeOffset time) => new(DetailKind.Time, time.UtcTicks, null);

    /// <summary>A list of integers; the array is kept, not copied.</summary>
    public static DetailValue Of(long[] numbers) => new(DetailKind.NumberList, 0, numbers);

    /// <summary>The value as one line for a person: <c>yes</c>/<c>no</c>, bytes as text where they are UTF-8 and as hex otherwise. Untrusted text is not sanitised here.</summary>
    public override string ToString() =>
        Kind switch
        {
            DetailKind.Text => Text,
            DetailKind.Number => _number.ToString(CultureInfo.InvariantCulture),
            DetailKind.Flag => Flag ? "yes" : "no",
            DetailKind.Bytes => BytesText(Bytes.Span),
            DetailKind.Time => TimeText,
            _ => string.Join(", ", Numbers),
        };

    /// <summary>The time as JSON and people read it: <c>2026-11-22T14:03:22.101234Z</c>.</summary>
    private string TimeText =>
        Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    private static string BytesText(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Convert.ToHexStringLower(bytes);
}
