using System.Text;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Messages;

/// <summary>Reads what <see cref="MetaWriter"/> wrote.</summary>
internal ref struct MetaReader
{
    private ReadOnlySpan<byte> _rest;

    /// <summary>Reads the leading fields, which the record says are there.</summary>
    public MetaReader(ReadOnlySpan<byte> meta, in MessageRecord record)
    {
        _rest = meta;
        OriginalSize = record.Has(RecordFlags.Cut) ? Number() : record.PayloadLength;
        Exchange = record.Has(RecordFlags.Exchange) ? new ExchangeId(Number()) : null;
        InlineTopic = record.Topic == MessageRecord.InlineTopic ? Bytes() : default;
        SourceTime = record.Has(RecordFlags.SourceTime) ? new DateTimeOffset(Signed(), TimeSpan.Zero) : null;
    }

    public long OriginalSize { get; }

    public ExchangeId? Exchange { get; }

    public ReadOnlySpan<byte> InlineTopic { get; }

    public DateTimeOffset? SourceTime { get; }

    public MessageDetails Details(SourceInfo source)
    {
        if (_rest.IsEmpty)
            return MessageDetails.Empty;
        var count = Count();
        if (count == 0)
            return MessageDetails.Empty;
        var details = new Detail[count];
        for (var i = 0; i < count; i++)
            details[i] = new Detail(source.Field((int)Number()), Value());
        return new MessageDetails(details);
    }

    /// <summary>The headers, after <see cref="Details"/>.</summary>
    public Header[] Headers()
    {
        if (_rest.IsEmpty)
            return [];
        var headers = new Header[Count()];
        for (var i = 0; i < headers.Length; i++)
            headers[i] = new Header(Text(), Text());
        return headers;
    }

    private DetailValue Value()
    {
        switch ((DetailKind)Byte())
        {
            case DetailKind.Text:
                return DetailValue.Of(Text());
            case DetailKind.Number:
                return DetailValue.Of(Signed());
            case DetailKind.Time:
                return DetailValue.Of(new DateTimeOffset(Signed(), TimeSpan.Zero));
            case DetailKind.Flag:
                return DetailValue.Of(Byte() != 0);
            case DetailKind.Bytes:
                return DetailValue.Of(Bytes().ToArray());
            default:
                var numbers = new long[Number()];
                for (var i = 0; i < numbers.Length; i++)
                    numbers[i] = Signed();
                return DetailValue.Of(numbers);
        }
    }

    private int Count()
    {
        var first = Byte();
        if (first != 0xFF)
            return first;
        var count = BitConverter.ToInt32(_rest);
        _rest = _rest[4..];
        return count;
    }

    private string Text() => Encoding.UTF8.GetString(Bytes());

    private ReadOnlySpan<byte> Bytes()
    {
        var length = (int)Number();
        var bytes = _rest[..length];
        _rest = _rest[length..];
        return bytes;
    }

    private long Signed()
    {
        var number = Number();
        return (long)((ulong)number >> 1) ^ -(number & 1);
    }

    private long Number()
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = Byte();
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return (long)number;
        }
    }

    private byte Byte()
    {
        var value = _rest[0];
        _rest = _rest[1..];
        return value;
    }
}
