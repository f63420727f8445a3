namespace TraceMQ.Tui.Payloads;

/// <summary>A resolved measurement (RFC 8428, section 4.6): nothing of it depends on the records before it.</summary>
/// <param name="Name">The whole name; empty where the pack gives none.</param>
/// <param name="Value">The value as a text; empty where it has only a sum.</param>
/// <param name="Kind">What the value is.</param>
/// <param name="Unit">The unit; empty where there is none.</param>
/// <param name="Sum">The integrated value; null where there is none.</param>
/// <param name="Time">Seconds since 1970, or before and after now where it is less than 2^28 (section 4.5.3).</param>
/// <param name="UpdateTime">Seconds until the next one is due; null where it is not said.</param>
internal sealed record SenmlRecord(
    string Name,
    string Value,
    SenmlKind Kind,
    string Unit,
    double? Sum,
    double Time,
    double? UpdateTime
);

/// <summary>What the value of a measurement is (RFC 8428, section 4.2).</summary>
internal enum SenmlKind
{
    None,
    Number,
    Text,
    Boolean,
    Data,
}
