using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>Compares written values by what they hold.</summary>
internal static class RawValues
{
    /// <summary>True where both hold the same.</summary>
    public static bool AreEqual(RawValue left, RawValue right) =>
        (left, right) switch
        {
            (RawValue.Text a, RawValue.Text b) => a.Value == b.Value,
            (RawValue.List a, RawValue.List b) => a.Items.Count == b.Items.Count
                && a.Items.Zip(b.Items).All(pair => AreEqual(pair.First, pair.Second)),
            (RawValue.Table a, RawValue.Table b) => AreEqual(a.Items, b.Items),
            _ => left.Equals(right),
        };

    /// <summary>True where both have the same keys with the same values.</summary>
    public static bool AreEqual(
        IReadOnlyDictionary<string, RawValue> left,
        IReadOnlyDictionary<string, RawValue> right
    ) =>
        left.Count == right.Count
        && left.All(pair => right.TryGetValue(pair.Key, out var other) && AreEqual(pair.Value, other));
}
