using System.Text;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>Joins frames to messages and keeps the rules. What it has read stays when a read is cancelled.</summary>
internal sealed class MessageReader : IDisposable
{
    private readonly FrameReader _frames;
    private readonly FrameRules _rules;
    private readonly int _maxMessage;
    private readonly MessageInflater? _inflater;
    private readonly PooledBytes _message = new();
    private readonly PooledBytes _control = new();
    private bool _isInFrame;
    private bool _isDelivered;
    private Opcode? _opcode;
    private bool _isCompressed;
    private int _fragments;
    private Utf8Check _utf8;

    public MessageReader(FrameReader frames, FrameRules rules, int maxMessage, MessageInflater? inflater)
    {
        _frames = frames;
        _rules = rules;
        _maxMessage = maxMessage;
        _inflater = inflater;
    }

    /// <summary>The payload of the frame that was read last, as it was on the wire but unmasked. Valid until the next read.</summary>
    public ReadOnlyMemory<byte> FramePayload { get; private set; }

    /// <summary>Reads a frame.</summary>
    /// <returns>Its header; null where the stream ended before it.</returns>
    /// <exception cref="ProtocolViolation">It breaks a rule.</exception>
    /// <exception cref="EndOfStreamException">The stream ended inside it.</exception>
    public async ValueTask<FrameHeader?> ReadFrameAsync(CancellationToken cancellationToken)
    {
        if (!_isInFrame && !await BeginAsync(cancellationToken).ConfigureAwait(false))
            return null;
        var target = _frames.Header.Opcode.IsControl() ? _control : _message;
        var isText = !_frames.Header.Opcode.IsControl() && _opcode == Opcode.Text && !_isCompressed;
        while (_frames.Remaining > 0)
        {
            var count = await _frames.ReadPieceAsync(target, cancellationToken).ConfigureAwait(false);
            if (isText && !_utf8.Add(target.WrittenSpan[^count..]))
                throw NotUtf8();
        }

        _isInFrame = false;
        FramePayload = target.Written[(target.Length - (int)_frames.Header.Length)..];
        return _frames.Header;
    }

    /// <summary>The message that the frame read last has finished; null where it did not. Its payload is valid until the next read.</summary>
    /// <exception cref="ProtocolViolation">It is no UTF-8, or does not inflate.</exception>
    public WebSocketMessage? Finish()
    {
        if (_opcode is not { } opcode || _frames.Header.Opcode.IsControl() || !_frames.Header.IsFinal)
            return null;
        var payload = _message.Written;
        if (_isCompressed)
        {
            _message.Append(MessageInflater.Tail);
            payload = _inflater!.Inflate(_message.WrittenSpan, _maxMessage);
            if (opcode == Opcode.Text && !_utf8.Add(payload.Span))
                throw NotUtf8();
        }

        if (opcode == Opcode.Text && !_utf8.IsComplete)
            throw NotUtf8();
        _isDelivered = true;
        return new WebSocketMessage(opcode, payload, _fragments, _isCompressed);
    }

    /// <summary>What the close frame that was read last says.</summary>
    /// <exception cref="ProtocolViolation">It breaks a rule.</exception>
    public CloseStatus ReadClose()
    {
        var payload = FramePayload.Span;
        if (payload.IsEmpty)
            return new CloseStatus(CloseCodes.None, "", IsByPeer: true);
        if (payload.Length == 1)
            throw new ProtocolViolation(
                CloseCodes.ProtocolError,
                "a close has a code of two bytes, or nothing (RFC 6455, 5.5.1)"
            );
        var code = (payload[0] << 8) | payload[1];
        if (!CloseCodes.IsAllowed(code))
            throw new ProtocolViolation(
                CloseCodes.ProtocolError,
                $"{code} is no code for a close frame (RFC 6455, 7.4)"
            );
        return System.Text.Unicode.Utf8.IsValid(payload[2..])
            ? new CloseStatus(code, Encoding.UTF8.GetString(payload[2..]), IsByPeer: true)
            : throw new ProtocolViolation(
                CloseCodes.InvalidPayload,
                "the reason of a close is UTF-8 (RFC 6455, 5.5.1)"
            );
    }

    public void Dispose()
    {
        _frames.Dispose();
        _message.Release();
        _control.Release();
        _inflater?.Dispose();
    }

    private static ProtocolViolation NotUtf8() =>
        new(CloseCodes.InvalidPayload, "a text message is UTF-8 (RFC 6455, 8.1)");

    private async ValueTask<bool> BeginAsync(CancellationToken cancellationToken)
    {
        if (_isDelivered)
            Forget();
        if (!await _frames.ReadHeaderAsync(cancellationToken).ConfigureAwait(false))
            return false;
        var header = _frames.Header;
        _rules.Check(header, _opcode is not null, _message.Length);
        _isInFrame = true;
        if (header.Opcode.IsControl())
        {
            _control.Clear();
        }
        else
        {
            _fragments++;
            if (header.Opcode != Opcode.Continuation)
            {
                _opcode = header.Opcode;
                _isCompressed = header.Reserved == FrameHeader.Compressed;
            }
        }

        return true;
    }

    private void Forget()
    {
        _isDelivered = false;
        _opcode = null;
        _fragments = 0;
        _utf8.Reset();
        _message.Clear();
    }
}
