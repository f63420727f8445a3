using System.Globalization;

namespace TraceMQ.Tui.Payloads;

/// <summary>Resolves the records of a SenML pack, whose base fields hold for all that follow (RFC 8428, sections 4.1 and 4.6).</summary>
internal sealed class SenmlPack
{
    /// <summary>More are not worth their memory.</summary>
    internal const int MaximumRecords = 100_000;

    private string _baseName = "";
    private string _baseUnit = "";
    private double _baseTime;
    private double? _baseValue;
    private double? _baseSum;
    private string _name = "";
    private string? _unit;
    private double? _number;
    private double? _sum;
    private double? _time;
    private double? _updateTime;
    private string _value = "";
    private SenmlKind _kind;

    public List<SenmlRecord> Records { get; } = [];

    /// <summary>What the reader should know; empty where nothing is.</summary>
    public string Note { get; private set; } = "";

    /// <summary>True once no more are taken.</summary>
    public bool IsFull => Records.Count >= MaximumRecords;

    /// <summary>A field of the record under way.</summary>
    /// <param name="label">As in JSON: <c>bn</c>.</param>
    /// <param name="value">Its value.</param>
    /// <exception cref="FormatException">It is not what the field holds.</exception>
    public void Set(string label, SenmlValue value)
    {
        switch (label)
        {
            case "bn":
                _baseName = value.Text(SenmlKind.Text);
                break;
            case "bu":
                _baseUnit = value.Text(SenmlKind.Text);
                break;
            case "bt":
                _baseTime = value.Number;
                break;
            case "bv":
                _baseValue = value.Number;
                break;
            case "bs":
                _baseSum = value.Number;
                break;
            case "n":
                _name = value.Text(SenmlKind.Text);
                break;
            case "u":
                _unit = value.Text(SenmlKind.Text);
                break;
            case "t":
                _time = value.Number;
                break;
            case "ut":
                _updateTime = value.Number;
                break;
            case "s":
                _sum = value.Number;
                break;
            case "v":
                _number = value.Number;
                _kind = SenmlKind.Number;
                break;
            case "vs":
                (_value, _kind) = (value.Text(SenmlKind.Text), SenmlKind.Text);
                break;
            case "vb":
                (_value, _kind) = (value.Text(SenmlKind.Boolean), SenmlKind.Boolean);
                break;
            case "vd":
                (_value, _kind) = (value.Text(SenmlKind.Data), SenmlKind.Data);
                break;
            default:
                // A reader must not use a pack with a field that ends so and that it does not know (section 4.4).
                if (label.EndsWith('_'))
                    throw new FormatException($"the field {label} has to be understood");
                if (label != "bver")
                    Note = "with fields beyond RFC 8428";
                break;
        }
    }

    /// <summary>The record under way is complete; one of base fields alone is none.</summary>
    public void EndRecord()
    {
        if (_kind != SenmlKind.None || _sum is not null)
        {
            double? sum = _sum is null && _baseSum is null ? null : (_sum ?? 0) + (_baseSum ?? 0);
            Records.Add(
                new SenmlRecord(
                    _baseName + _name,
                    _kind == SenmlKind.Number ? Format(Total(_number!.Value, _baseValue)) : _value,
                    _kind,
                    _unit ?? _baseUnit,
                    sum,
                    _baseTime + _time.GetValueOrDefault(),
                    _updateTime
                )
            );
        }

        (_name, _unit, _number, _sum, _time, _updateTime) = ("", null, null, null, null, null);
        (_value, _kind) = ("", SenmlKind.None);
    }

    /// <summary>A number as it was meant: without the digits that only binary fractions have.</summary>
    internal static string Format(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    // 20.1 and 3.2 are 23.3, and not 23.300000000000001.
    private static double Total(double number, double? more)
    {
        const double Exact = 1e12;
        return more is null ? number
            : Math.Abs(number) < Exact && Math.Abs(more.Value) < Exact ? (double)((decimal)number + (decimal)more.Value)
            : number + more.Value;
    }
}
