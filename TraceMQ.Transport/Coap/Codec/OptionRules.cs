namespace TraceMQ.Transport.Coap.Codec;

/// <summary>Options of a message as they count (RFC 7252, section 5.4).</summary>
/// <param name="Options">Without the elective ones that are unknown, of a bad length or repeated.</param>
/// <param name="BadOption">The number of a critical one that has to be rejected; null where there is none.</param>
internal readonly record struct CheckedOptions(OptionSet Options, int? BadOption);

/// <summary>Which options are acted on, which are dropped, and which make the message a bad one.</summary>
internal static class OptionRules
{
    // Critical ones that we know by name only: acting as if they were not there is what criticality forbids.
    private static bool IsUnderstood(int number) => number is not (9 or 19 or 21 or 31);

    public static CheckedOptions Check(OptionSet options)
    {
        List<CoapOption>? kept = null;
        var last = -1;
        for (var i = 0; i < options.Count; i++)
        {
            var option = options[i];
            var isGood = IsGood(option, isRepeated: option.Number == last);
            last = option.Number;
            if (isGood)
            {
                kept?.Add(option);
                continue;
            }

            if (OptionNumber.IsCritical(option.Number))
                return new CheckedOptions(options, option.Number);
            kept ??= [.. options.Take(i)];
        }

        return new CheckedOptions(kept is null ? options : OptionSet.OfSorted(kept), null);
    }

    private static bool IsGood(CoapOption option, bool isRepeated)
    {
        if (OptionTable.Find(option.Number) is not { } definition || !IsUnderstood(option.Number))
            return false;
        if (isRepeated && !definition.IsRepeatable)
            return false;
        if (option.Value.Length < definition.Minimum || option.Value.Length > definition.Maximum)
            return false;
        return definition.Format != OptionFormat.Text || System.Text.Unicode.Utf8.IsValid(option.Value.Span);
    }
}
