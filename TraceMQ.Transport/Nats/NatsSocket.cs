using NATS.Client.Core;

namespace TraceMQ.Transport.Nats;

/// <summary>
/// Hands the library a stream that is connected already, with the greeting that was read from it: the way to the server, its TLS and the
/// sentences about both are the same as for every protocol. The library's own reconnecting comes here too, and is refused.
/// </summary>
internal sealed class NatsSocket : INatsSocketConnection, INatsSocketConnectionFactory
{
    private readonly Stream _stream;
    private readonly NatsTap _incoming;
    private readonly NatsTap _outgoing;
    private readonly Action<Exception?> _ended;
    private ReadOnlyMemory<byte> _greeting;
    private int _isTaken;

    /// <param name="stream">The stream, which it owns.</param>
    /// <param name="greeting">What was read from it.</param>
    /// <param name="incoming">Follows what comes.</param>
    /// <param name="outgoing">Follows what goes.</param>
    /// <param name="ended">Hears how it ended: null where the server closed it.</param>
    public NatsSocket(Stream stream, byte[] greeting, NatsTap incoming, NatsTap outgoing, Action<Exception?> ended)
    {
        _stream = stream;
        _greeting = greeting;
        _incoming = incoming;
        _outgoing = outgoing;
        _ended = ended;
        _incoming.Feed(greeting);
    }

    public ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref _isTaken, 1) == 0
            ? new ValueTask<INatsSocketConnection>(this)
            : ValueTask.FromException<INatsSocketConnection>(
                new IOException("The session ended; another one takes its place.")
            );

    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer)
    {
        _outgoing.Feed(buffer.Span);
        try
        {
            await _stream.WriteAsync(buffer, CancellationToken.None).ConfigureAwait(false);
            return buffer.Length;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            _ended(exception);
            throw;
        }
    }

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        if (!_greeting.IsEmpty)
        {
            var length = Math.Min(buffer.Length, _greeting.Length);
            _greeting[..length].CopyTo(buffer);
            _greeting = _greeting[length..];
            return length;
        }

        try
        {
            var length = await _stream.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false);
            if (length == 0)
                _ended(_incoming.Missing > 0 ? NatsFailures.Cut(_incoming.Missing) : null);
            else
                _incoming.Feed(buffer.Span[..length]);
            // The library would wait for the end of it for ever.
            return _incoming.Problem is { } problem ? throw NatsFailures.Broken(problem) : length;
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            _ended(exception);
            throw;
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
