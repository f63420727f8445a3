using System.Text;
using TraceMQ.Transport;

namespace TraceMQ.Tui.Messages;

/// <summary>Writes what is stored behind a payload, in the order in which <see cref="MetaReader"/> reads it.</summary>
internal sealed class MetaWriter
{
    private byte[] _bytes = new byte[256];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Empties it and writes everything but the payload. Details and headers that do not fit any more are left out.</summary>
    /// <returns>False where something was left out.</returns>
    public bool Write(Message message, SourceInfo source, bool isInlineTopic, long? originalSize, long maximum)
    {
        _length = 0;
        if (originalSize is { } size)
            Number(size);
        if (message.Exchange is { } exchange)
            Number(exchange.Value);
        if (isInlineTopic)
            Text(message.Topic);
        if (message.SourceTime is { } sourceTime)
            Signed(sourceTime.UtcTicks);
        if (message.Details.Count == 0 && message.Headers.Count == 0)
            return true;
        var isWhole = Details(message.Details, source, maximum);
        return Headers(message.Headers, maximum) && isWhole;
    }

    private bool Details(MessageDetails details, SourceInfo source, long maximum)
    {
        var counted = Count(details.Count);
        var written = 0;
        for (; written < details.Count; written++)
        {
            var before = _length;
            var detail = details[written];
            Number(source.NumberOf(detail.Field));
            Value(detail.Value);
            if (_length > maximum)
            {
                _length = before;
                break;
            }
        }

        SetCount(counted, written);
        return written == details.Count;
    }

    private bool Headers(IReadOnlyList<Header> headers, long maximum)
    {
        var counted = Count(headers.Count);
        var written = 0;
        for (; written < headers.Count; written++)
        {
            var before = _length;
            Text(headers[written].Name);
            Text(headers[written].Value);
            if (_length > maximum)
            {
                _length = before;
                break;
            }
        }

        SetCount(counted, written);
        return written == headers.Count;
    }

    private void Value(DetailValue value)
    {
        Byte((byte)value.Kind);
        switch (value.Kind)
        {
            case DetailKind.Text:
                Text(value.Text);
                break;
            case DetailKind.Number:
                Signed(value.Number);
                break;
            case DetailKind.Time:
                Signed(value.Time.UtcTicks);
                break;
            case DetailKind.Flag:
                Byte(value.Flag ? (byte)1 : (byte)0);
                break;
            case DetailKind.Bytes:
                Bytes(value.Bytes.Span);
                break;
            case DetailKind.NumberList:
                Number(value.Numbers.Count);
                foreach (var number in value.Numbers)
                    Signed(number);
                break;
        }
    }

    // Counts have a fixed width only when they are large enough to have been cut: nearly all are one byte.
    private int Count(int count)
    {
        var at = _length;
        if (count < 0x80)
            Byte((byte)count);
        else
        {
            Byte(0xFF);
            Reserve(4);
            _length += 4;
        }

        return at;
    }

    private void SetCount(int at, int count)
    {
        if (_bytes[at] == 0xFF)
            BitConverter.TryWriteBytes(_bytes.AsSpan(at + 1, 4), count);
        else
            _bytes[at] = (byte)count;
    }

    private void Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Number(length);
        Reserve(length);
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
    }

    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        Number(bytes.Length);
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Signed(long number) => Number((number << 1) ^ (number >> 63));

    private void Number(long number)
    {
        var rest = (ulong)number;
        while (rest >= 0x80)
        {
            Byte((byte)(rest | 0x80));
            rest >>= 7;
        }

        Byte((byte)rest);
    }

    private void Byte(byte value)
    {
        Reserve(1);
        _bytes[_length++] = value;
    }

    private void Reserve(int count)
    {
        if (_bytes.Length - _length < count)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
    }
}
