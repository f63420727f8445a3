using System.Globalization;
using System.Text;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>Writes keys and values as TOML.</summary>
internal static class TomlText
{
    /// <summary>A value on one line.</summary>
    public static string Value(RawValue value) =>
        value switch
        {
            RawValue.Text text => Quoted(text.Value),
            RawValue.Number number => number.Value.ToString(CultureInfo.InvariantCulture),
            RawValue.Fraction fraction => Fraction(fraction.Value),
            RawValue.Flag flag => flag.Value ? "true" : "false",
            RawValue.List list => $"[{string.Join(", ", list.Items.Select(Value))}]",
            RawValue.Table table => table.Items.Count == 0
                ? "{}"
                : $"{{ {string.Join(", ", table.Items.Select(item => $"{Key(item.Key)} = {Value(item.Value)}"))} }}",
            _ => throw new InvalidOperationException($"no form for {value.GetType().Name}"),
        };

    /// <summary>One part of a key; quoted where it has to be.</summary>
    public static string Key(string part) =>
        part.Length > 0 && part.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-')
            ? part
            : Quoted(part);

    /// <summary>A setting's key, whose parts are separated by dots.</summary>
    public static string Dotted(string key) => string.Join('.', key.Split('.').Select(Key));

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var character in text)
        {
            switch (character)
            {
                case '"' or '\\':
                    quoted.Append('\\').Append(character);
                    break;
                case '\n':
                    quoted.Append("\\n");
                    break;
                case '\r':
                    quoted.Append("\\r");
                    break;
                case '\t':
                    quoted.Append("\\t");
                    break;
                case < ' ' or '\u007f':
                    quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
                    break;
                default:
                    quoted.Append(char.IsSurrogate(character) && !IsPaired(text, character) ? '\uFFFD' : character);
                    break;
            }
        }

        return quoted.Append('"').ToString();
    }

    // TOML is UTF-8: a text with a lone surrogate cannot be written, and none comes from a file.
    private static bool IsPaired(string text, char character)
    {
        for (
            var i = text.IndexOf(character, StringComparison.Ordinal);
            i >= 0 && i < text.Length;
            i = text.IndexOf(character, i + 1)
        )
        {
            var isHigh = char.IsHighSurrogate(character) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            var isLow = char.IsLowSurrogate(character) && i > 0 && char.IsHighSurrogate(text[i - 1]);
            if (!isHigh && !isLow)
                return false;
        }

        return true;
    }

    private static string Fraction(double value) =>
        double.IsFinite(value) && value == Math.Floor(value)
            ? value.ToString("0.0", CultureInfo.InvariantCulture)
            : value.ToString("R", CultureInfo.InvariantCulture);
}
