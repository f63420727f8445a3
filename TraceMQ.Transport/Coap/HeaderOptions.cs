using System.Globalization;
using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap;

/// <summary>Headers as options, by name or by number: <c>ETag: 0x12ab</c>, <c>Max-Age: 60</c>, <c>2049: text</c>.</summary>
internal static class HeaderOptions
{
    // What other parts of a message say, or what the stack itself needs to say.
    private static bool IsOurs(int number) =>
        number is OptionNumber.Observe or OptionNumber.Block1 or OptionNumber.Block2 or OptionNumber.UriPath;

    /// <summary>The option of a header.</summary>
    /// <exception cref="TransportException">It is none, or its value does not fit.</exception>
    public static CoapOption Of(Header header)
    {
        var definition = OptionTable.Find(header.Name);
        int number;
        if (definition is not null)
            number = definition.Number;
        else if (
            !int.TryParse(header.Name, NumberStyles.None, CultureInfo.InvariantCulture, out number)
            || number is 0 or > ushort.MaxValue
        )
            throw Wrong(
                $"There is no option \"{header.Name}\": write a name such as {string.Join(", ", OptionTable.All.Take(3).Select(item => item.Name))}, or a number from 1 to 65535."
            );
        definition ??= OptionTable.Find(number);
        if (IsOurs(number))
            throw Wrong(
                $"The option {OptionTable.NameOf(number)} is set by the path, by subscribing or by coap.block_size: leave it out."
            );
        var value = ValueOf(header, definition);
        if (definition is not null && (value.Length < definition.Minimum || value.Length > definition.Maximum))
            throw Wrong(
                $"The option {definition.Name} has {definition.Minimum} to {definition.Maximum} bytes, and not {value.Length}."
            );
        return new CoapOption(number, value);
    }

    private static ReadOnlyMemory<byte> ValueOf(Header header, OptionDefinition? definition)
    {
        var text = header.Value;
        var format = definition?.Format ?? OptionFormat.Text;
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && format != OptionFormat.Uint)
        {
            try
            {
                return Convert.FromHexString(text.AsSpan(2));
            }
            catch (FormatException exception)
            {
                throw new TransportException(
                    FailureKind.Configuration,
                    $"{header.Name} is no hex: write pairs of the digits 0 to 9 and a to f behind 0x.",
                    exception
                );
            }
        }

        if (format == OptionFormat.Empty && text.Length > 0)
            throw Wrong($"The option {header.Name} has no value: leave it empty.");
        if (format != OptionFormat.Uint)
            return System.Text.Encoding.UTF8.GetBytes(text);
        if (
            definition!.Number is OptionNumber.ContentFormat or OptionNumber.Accept
            && ContentFormats.Parse(text) is { } number
        )
            return CoapOption.Of(definition.Number, (uint)number).Value;
        var isHex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return uint.TryParse(
            isHex ? text.AsSpan(2) : text,
            isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var value
        )
            ? CoapOption.Of(definition.Number, value).Value
            : throw Wrong($"The option {header.Name} is a number: \"{text}\" is none.");
    }

    private static TransportException Wrong(string sentence) => new(FailureKind.Configuration, sentence);
}
