using System.Text;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>Makes frames of messages: whole, compressed, in fragments; and the control frames that pass between. Says in a sentence why it cannot.</summary>
internal sealed class MessageWriter : IAsyncDisposable
{
    private const int MaxControlPayload = 125;

    // Below that the saved bytes are not worth the work.
    private const int SmallestCompressed = 32;

    private readonly FrameWriter _frames;
    private readonly MessageDeflater? _deflater;
    private readonly string _peerName;

    // The frames of one message must not be parted by another's, and the compressor takes one at a time.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private int _isCloseSent;

    public MessageWriter(FrameWriter frames, MessageDeflater? deflater, string peerName)
    {
        _frames = frames;
        _deflater = deflater;
        _peerName = peerName;
    }

    /// <summary>True once a close frame was sent: nothing may follow it.</summary>
    public bool IsCloseSent => Volatile.Read(ref _isCloseSent) != 0;

    /// <summary>The payload of a close frame.</summary>
    /// <exception cref="TransportException">Code or reason cannot be sent.</exception>
    public static byte[] ClosePayload(int code, string reason)
    {
        if (code == CloseCodes.None)
            return [];
        if (!CloseCodes.IsAllowed(code))
            throw new TransportException(
                FailureKind.Configuration,
                $"{code} cannot be sent as a close code: take 1000 to 1003, 1007 to 1014, or 3000 to 4999."
            );
        var bytes = Encoding.UTF8.GetBytes(reason);
        if (bytes.Length > MaxControlPayload - 2)
            throw new TransportException(
                FailureKind.Configuration,
                $"The reason of a close has {MaxControlPayload - 2} bytes at most, this one {bytes.Length}: shorten it."
            );
        return [(byte)(code >> 8), (byte)code, .. bytes];
    }

    /// <summary>The payload of the close frame that tells the peer which rule it broke.</summary>
    public static byte[] ClosePayload(ProtocolViolation violation) =>
        ClosePayload(violation.Code, violation.Message[..Math.Min(violation.Message.Length, MaxControlPayload - 2)]);

    /// <summary>Sends a message in one frame.</summary>
    /// <exception cref="TransportException">It cannot be sent.</exception>
    public async ValueTask MessageAsync(
        Opcode opcode,
        ReadOnlyMemory<byte> payload,
        bool isQueued,
        CancellationToken cancellationToken
    )
    {
        CheckData(opcode);
        CheckText(opcode, payload.Span);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var header = new FrameHeader { IsFinal = true, Opcode = opcode };
            if (_deflater is not null && payload.Length >= SmallestCompressed)
            {
                payload = _deflater.Deflate(payload.Span);
                header = header with { Reserved = FrameHeader.Compressed };
            }

            await WriteAsync(header, payload, isQueued, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Sends a message in fragments.</summary>
    /// <exception cref="TransportException">It cannot be sent.</exception>
    public async Task FragmentsAsync(
        Opcode opcode,
        IReadOnlyList<ReadOnlyMemory<byte>> fragments,
        CancellationToken cancellationToken
    )
    {
        CheckData(opcode);
        if (fragments.Count == 0)
            throw new ArgumentOutOfRangeException(nameof(fragments));
        var utf8 = default(Utf8Check);
        if (opcode == Opcode.Text && !(fragments.All(fragment => utf8.Add(fragment.Span)) && utf8.IsComplete))
            throw NotUtf8();
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            for (var i = 0; i < fragments.Count; i++)
            {
                var header = new FrameHeader
                {
                    IsFinal = i == fragments.Count - 1,
                    Opcode = i == 0 ? opcode : Opcode.Continuation,
                };
                await WriteAsync(header, fragments[i], isQueued: false, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Sends a ping or a pong.</summary>
    /// <exception cref="TransportException">It cannot be sent.</exception>
    public async Task ControlAsync(Opcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        if (opcode is not (Opcode.Ping or Opcode.Pong))
            throw new ArgumentOutOfRangeException(nameof(opcode));
        if (payload.Length > MaxControlPayload)
            throw new TransportException(
                FailureKind.Configuration,
                $"A {opcode.Name()} carries {MaxControlPayload} bytes at most, this one {payload.Length}: shorten it."
            );
        var header = new FrameHeader { IsFinal = true, Opcode = opcode };
        await WriteAsync(header, payload, isQueued: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a close frame, unless one was sent.</summary>
    /// <exception cref="TransportException">It cannot be sent.</exception>
    public async Task CloseAsync(byte[] payload, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isCloseSent, 1) != 0)
            return;
        var header = new FrameHeader { IsFinal = true, Opcode = Opcode.Close };
        await WriteAsync(header, payload, isQueued: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits until nobody sends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        _deflater?.Dispose();
        _gate.Release();
    }

    private static void CheckData(Opcode opcode)
    {
        if (opcode is not (Opcode.Text or Opcode.Binary))
            throw new ArgumentOutOfRangeException(nameof(opcode));
    }

    private static void CheckText(Opcode opcode, ReadOnlySpan<byte> payload)
    {
        if (opcode == Opcode.Text && !System.Text.Unicode.Utf8.IsValid(payload))
            throw NotUtf8();
    }

    private static TransportException NotUtf8() =>
        new(FailureKind.Configuration, "A text message must be UTF-8, and this is not: send it as binary.");

    private async ValueTask WriteAsync(
        FrameHeader header,
        ReadOnlyMemory<byte> payload,
        bool isQueued,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await _frames.WriteAsync(header, payload, isQueued, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            throw new TransportException(
                FailureKind.Lost,
                IsCloseSent
                    ? "The connection is closing and takes nothing more: connect again."
                    : $"{_peerName} takes nothing more, the connection is lost: connect again.",
                exception
            );
        }
    }
}
