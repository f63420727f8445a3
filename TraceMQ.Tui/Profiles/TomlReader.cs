using Tomlyn.Parsing;
using Tomlyn.Syntax;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>Reads TOML into tables and entries that know where they stand, tolerantly: every error is reported, what can be read is read.</summary>
internal static class TomlReader
{
    /// <summary>Longest file that is read, in characters.</summary>
    public const int MaximumLength = 4 << 20;

    /// <summary>Reads a text.</summary>
    /// <param name="file">Its name, for problems.</param>
    /// <param name="text">The text.</param>
    /// <param name="problems">Where syntax errors are added.</param>
    public static IReadOnlyList<TomlTable> Read(string file, string text, List<ProfileProblem> problems)
    {
        if (text.Length > MaximumLength)
        {
            problems.Add(new ProfileProblem(file, 1, 1, "", $"the file is larger than {MaximumLength >> 20} MB"));
            return [];
        }

        var document = SyntaxParser.Parse(Readable(text), file, validate: true);
        foreach (var diagnostic in document.Diagnostics)
            problems.Add(
                new ProfileProblem(
                    file,
                    diagnostic.Span.Start.Line + 1,
                    diagnostic.Span.Start.Column + 1,
                    "",
                    Sentence(diagnostic.Message)
                )
            );
        var tables = new List<TomlTable> { new([], 1, 1, 0, 0, Entries([], document.KeyValues)) };
        foreach (var table in document.Tables)
        {
            if (table.Name is not { } name || table.OpenBracket is not { } open || table.CloseBracket is not { } close)
                continue;
            var path = Path(name);
            if (path is null)
                continue;
            if (table is TableArraySyntax)
            {
                problems.Add(
                    new ProfileProblem(
                        file,
                        open.Span.Start.Line + 1,
                        open.Span.Start.Column + 1,
                        string.Join('.', path),
                        "write [ ] around the name once, not twice"
                    )
                );
                continue;
            }

            tables.Add(
                new TomlTable(
                    path,
                    open.Span.Start.Line + 1,
                    open.Span.Start.Column + 1,
                    open.Span.End.Offset + 1,
                    close.Span.Start.Offset,
                    Entries(path, table.Items)
                )
            );
        }

        return tables;
    }

    // The parser throws while it words the error of an escape at the very end, and of half a character. Offsets stay the same.
    private static string Readable(string text)
    {
        var readable = new System.Text.StringBuilder(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                readable[i] = '\uFFFD';
        }

        return readable.Append('\n').ToString();
    }

    private static List<TomlEntry> Entries(IReadOnlyList<string> table, SyntaxList<KeyValueSyntax> items)
    {
        var entries = new List<TomlEntry>();
        foreach (var item in items)
        {
            if (
                item.Key is not { } key
                || item.Value is not { } value
                || Path(key) is not { } path
                || Value(value) is not { } raw
            )
                continue;
            entries.Add(
                new TomlEntry
                {
                    Path = [.. table, .. path],
                    Value = raw,
                    Line = key.Span.Start.Line + 1,
                    Column = key.Span.Start.Column + 1,
                    Start = key.Span.Start.Offset,
                    ValueStart = value.Span.Start.Offset,
                    ValueEnd = value.Span.End.Offset + 1,
                }
            );
        }

        return entries;
    }

    private static List<string>? Path(KeySyntax key)
    {
        if (Part(key.Key) is not { } first)
            return null;
        var path = new List<string> { first };
        foreach (var dotted in key.DotKeys)
        {
            if (Part(dotted.Key) is not { } part)
                return null;
            path.Add(part);
        }

        return path;
    }

    private static string? Part(BareKeyOrStringValueSyntax? part) =>
        part switch
        {
            BareKeySyntax bare => bare.Key?.Text,
            StringValueSyntax quoted => quoted.Value,
            _ => null,
        };

    private static RawValue? Value(ValueSyntax value) =>
        value switch
        {
            StringValueSyntax text => new RawValue.Text(text.Value ?? ""),
            IntegerValueSyntax number => new RawValue.Number(number.Value),
            FloatValueSyntax fraction => new RawValue.Fraction(fraction.Value),
            BooleanValueSyntax flag => new RawValue.Flag(flag.Value),
            ArraySyntax array => new RawValue.List([
                .. array.Items.Select(item => item.Value is null ? null : Value(item.Value)).OfType<RawValue>(),
            ]),
            InlineTableSyntax table => Table(table),
            DateTimeValueSyntax time => new RawValue.Text(time.Token?.Text ?? ""),
            _ => null,
        };

    private static RawValue.Table Table(InlineTableSyntax table)
    {
        var items = new Dictionary<string, RawValue>(StringComparer.Ordinal);
        foreach (var item in table.Items)
        {
            if (item.KeyValue is { Key: { } key, Value: { } value } && Path(key) is { } path && Value(value) is { } raw)
                items[string.Join('.', path)] = raw;
        }

        return new RawValue.Table(items);
    }

    // The parser's messages are lower-case fragments or sentences with a position in front; the position is told apart.
    private static string Sentence(string message) => message.Length == 0 ? "this is not TOML" : message;
}
