namespace TraceMQ.Transport.Settings;

/// <summary>A value as it was written, before a setting has given it a meaning.</summary>
public abstract record RawValue
{
    private RawValue() { }

    /// <summary>A string.</summary>
    /// <param name="Value">The characters.</param>
    /// <param name="IsUntyped">True where the text stands for any kind: it comes from a command line, a form or an expanded reference, so that <c>1</c> may be a number.</param>
    public sealed record Text(string Value, bool IsUntyped = false) : RawValue;

    /// <summary>An integer.</summary>
    public sealed record Number(long Value) : RawValue;

    /// <summary>A number with a fraction.</summary>
    public sealed record Fraction(double Value) : RawValue;

    /// <summary>True or false.</summary>
    public sealed record Flag(bool Value) : RawValue;

    /// <summary>A list.</summary>
    public sealed record List(IReadOnlyList<RawValue> Items) : RawValue;

    /// <summary>Names with values.</summary>
    public sealed record Table(IReadOnlyDictionary<string, RawValue> Items) : RawValue;

    /// <summary>True where the text, or a text inside, holds a reference such as <c>${env:NAME}</c> that is resolved at connect.</summary>
    public bool HasReference =>
        this switch
        {
            Text text => Reference.IsIn(text.Value),
            List list => list.Items.Any(item => item.HasReference),
            Table table => table.Items.Values.Any(item => item.HasReference),
            _ => false,
        };
}
