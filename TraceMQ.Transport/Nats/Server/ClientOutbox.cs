using System.Buffers;
using System.Globalization;
using System.Text;

namespace TraceMQ.Transport.Nats.Server;

/// <summary>
/// What waits to be written to a client. Messages that come while one writing is under way go out together with the next; a client for which
/// more waits than the limit does not read, and is to be closed.
/// </summary>
internal sealed class ClientOutbox(Stream stream, NatsTap tap)
{
    /// <summary>Most bytes that wait.</summary>
    public const int MaximumPending = 16 << 20;

    private readonly Lock _lock = new();
    private ArrayBufferWriter<byte> _waiting = new(4096);
    private ArrayBufferWriter<byte> _writing = new(4096);
    private TaskCompletionSource _isSome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isClosed;

    /// <summary>True once more waited than the limit.</summary>
    public bool IsOverflown { get; private set; }

    /// <summary>Ends the connection of a client that does not read: the writing that is under way would wait for it for ever.</summary>
    public required Action Overflown { get; init; }

    /// <summary>Adds a line with its end.</summary>
    public void Add(string line)
    {
        var hasRoom = false;
        lock (_lock)
        {
            hasRoom = HasRoom(line.Length * 3);
            if (hasRoom)
            {
                Encoding.UTF8.GetBytes(line, _waiting);
                _waiting.Write("\r\n"u8);
            }
        }

        Wake(hasRoom);
    }

    /// <summary>Adds a message for a subscription.</summary>
    public void Add(in ServedMessage message, string subscription)
    {
        var line = message.Headers.IsEmpty
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"MSG {message.Subject} {subscription} {Reply(message)}{message.Payload.Length}\r\n"
            )
            : string.Create(
                CultureInfo.InvariantCulture,
                $"HMSG {message.Subject} {subscription} {Reply(message)}{message.Headers.Length} {message.Headers.Length + message.Payload.Length}\r\n"
            );
        var hasRoom = false;
        lock (_lock)
        {
            hasRoom = HasRoom((line.Length * 3) + message.Headers.Length + message.Payload.Length);
            if (hasRoom)
            {
                Encoding.UTF8.GetBytes(line, _waiting);
                _waiting.Write(message.Headers.Span);
                _waiting.Write(message.Payload.Span);
                _waiting.Write("\r\n"u8);
            }
        }

        Wake(hasRoom);
    }

    /// <summary>What waits is still written, and nothing more is taken.</summary>
    public void Close()
    {
        lock (_lock)
            _isClosed = true;
        _isSome.TrySetResult();
    }

    /// <summary>Writes until it is closed, or has overflown.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _isSome.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            bool isLast;
            lock (_lock)
            {
                isLast = _isClosed || IsOverflown;
                (_waiting, _writing) = (_writing, _waiting);
                _waiting.ResetWrittenCount();
                if (!isLast)
                    _isSome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            if (_writing.WrittenCount > 0)
            {
                tap.Feed(_writing.WrittenSpan);
                await stream.WriteAsync(_writing.WrittenMemory, cancellationToken).ConfigureAwait(false);
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            if (isLast)
                return;
        }
    }

    private static string Reply(in ServedMessage message) => message.ReplyTo is null ? "" : message.ReplyTo + " ";

    private bool HasRoom(int bytes)
    {
        if (_isClosed || IsOverflown)
            return false;
        IsOverflown = _waiting.WrittenCount + bytes > MaximumPending;
        return !IsOverflown;
    }

    private void Wake(bool hasRoom)
    {
        _isSome.TrySetResult();
        if (!hasRoom && IsOverflown)
            Overflown();
    }
}
