using System.Buffers.Binary;
using System.Text;

namespace TraceMQ.Transport.Coap.Codec;

/// <summary>One option of a message.</summary>
/// <param name="Number">Which.</param>
/// <param name="Value">Its bytes.</param>
internal readonly record struct CoapOption(int Number, ReadOnlyMemory<byte> Value)
{
    /// <summary>The value as a number; its last four bytes where it is longer.</summary>
    public uint Number32
    {
        get
        {
            uint number = 0;
            foreach (var item in Value.Span)
                number = (number << 8) | item;
            return number;
        }
    }

    /// <summary>The value as text.</summary>
    public string Text => Encoding.UTF8.GetString(Value.Span);

    public static CoapOption Of(int number, string text) => new(number, Encoding.UTF8.GetBytes(text));

    /// <summary>A number in as few bytes as it needs; zero is none at all.</summary>
    public static CoapOption Of(int number, uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        var skip = 0;
        while (skip < 4 && bytes[skip] == 0)
            skip++;
        return new CoapOption(number, bytes.AsMemory(skip));
    }

    public static CoapOption Of(int number) => new(number, default);

    /// <summary>The value for a person.</summary>
    public string ValueText =>
        Number switch
        {
            OptionNumber.ContentFormat or OptionNumber.Accept => ContentFormats.NameOf(Number32),
            OptionNumber.Block1 or OptionNumber.Block2 => BlockValue.Read(Value.Span)?.ToString() ?? "not valid",
            _ => OptionTable.Find(Number)?.Format switch
            {
                OptionFormat.Empty => "",
                OptionFormat.Uint => Number32.ToString(),
                OptionFormat.Text => Text,
                _ => Value.IsEmpty ? "" : "0x" + Convert.ToHexStringLower(Value.Span),
            },
        };
}
