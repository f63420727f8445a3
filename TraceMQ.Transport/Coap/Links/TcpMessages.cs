using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Links;

/// <summary>Messages of a TCP or TLS stream, which say their length (RFC 8323, section 3.2).</summary>
internal sealed class TcpMessages : IMessageStream
{
    private readonly Stream _stream;
    private readonly int _maximum;
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    /// <param name="stream">Owned.</param>
    /// <param name="maximum">Most bytes of a message, as told to the peer.</param>
    public TcpMessages(Stream stream, int maximum)
    {
        _stream = stream;
        _maximum = maximum;
    }

    public async ValueTask<FramedMessage?> ReadAsync(CancellationToken cancellationToken)
    {
        StreamHead head;
        while (true)
        {
            if (StreamCodec.TryReadHead(_buffer.AsSpan(_start.._end), out head, out var problem))
                break;
            if (problem is not null)
                throw Bad(problem);
            if (!await FillAsync(StreamCodec.MaximumHead, cancellationToken).ConfigureAwait(false))
                return null;
        }

        if (head.Length > _maximum)
            throw Bad($"a message of {head.Length:N0} bytes, where we take {_maximum:N0}");
        while (_end - _start < head.Length)
        {
            if (!await FillAsync((int)head.Length, cancellationToken).ConfigureAwait(false))
                return null;
        }

        var bytes = _buffer.AsMemory(_start, (int)head.Length).ToArray();
        _start += bytes.Length;
        return StreamCodec.Read(bytes, head, out var wrong) is { } message
            ? new FramedMessage(message, bytes)
            : throw Bad(wrong);
    }

    public byte[] Encode(CoapMessage message) => StreamCodec.Write(message, isFramed: false);

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await _stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        await _stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    internal static TransportException Bad(string what) =>
        new(
            FailureKind.NotThisProtocol,
            $"What came is no CoAP over a stream ({what}): check the port, and that the peer speaks RFC 8323."
        );

    /// <summary>Reads more; the buffer grows with what really comes, not with what a head promises.</summary>
    private async ValueTask<bool> FillAsync(int wanted, CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start.._end).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length && wanted > _buffer.Length)
            Array.Resize(ref _buffer, Math.Min(Math.Max(wanted, 4096), _buffer.Length * 2));
        var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }
}
