using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>Sends to a client what its links have, as fast as it reads: the one task that writes to it.</summary>
internal sealed class HubSender
{
    private const int MessagesATurn = 32;

    private readonly HubClient _client;
    private readonly Stream _stream;
    private readonly SessionContext _context;
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly Channel<bool> _work = NewSignal();
    private readonly Channel<bool> _room = NewSignal();
    private volatile bool _isFinishing;
    private long _lastWrite;
    private long _writingSince;

    public HubSender(HubClient client, Stream stream, SessionContext context)
    {
        _client = client;
        _stream = stream;
        _context = context;
        _lastWrite = context.Time.GetTimestamp();
    }

    /// <summary>How long nothing was sent.</summary>
    public TimeSpan Quiet => _context.Time.GetElapsedTime(Interlocked.Read(ref _lastWrite));

    /// <summary>How long the client has not read what is being sent; zero where it has.</summary>
    public TimeSpan Stuck =>
        Interlocked.Read(ref _writingSince) is var since and not 0
            ? _context.Time.GetElapsedTime(since)
            : TimeSpan.Zero;

    /// <summary>There may be something to send.</summary>
    public void Wake() => _work.Writer.TryWrite(true);

    /// <summary>Has something done under the client's lock, from any thread and whatever lock it holds.</summary>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        Wake();
    }

    /// <summary>What has gathered is the last that is sent.</summary>
    public void Finish()
    {
        _isFinishing = true;
        Wake();
    }

    /// <summary>Waits until there is room for more.</summary>
    public async ValueTask RoomAsync(CancellationToken cancellationToken)
    {
        while (_client.Output.IsFull)
            await _room.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends until it is finished, or the connection is lost.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var bytes = Gather();
                if (!bytes.IsEmpty)
                    await WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
                else if (_isFinishing)
                    return;
                else
                    await _work.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
            when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            _context.Log.LogDebug("Sending to {Address} ended: {Reason}", _client.Address, exception.Message);
        }
    }

    private static Channel<bool> NewSignal() =>
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private ReadOnlyMemory<byte> Gather()
    {
        lock (_client.Gate)
        {
            while (_posted.TryDequeue(out var action))
                action();
            if (!_isFinishing)
                Pump();
            return _client.Output.IsEmpty ? default : _client.Output.Take();
        }
    }

    /// <summary>Fills the output from all links in turn, so that none starves another.</summary>
    private void Pump()
    {
        var isMore = true;
        while (isMore && !_client.Output.IsFull)
        {
            isMore = false;
            foreach (var link in _client.Links)
                isMore |= link is OutgoingLink outgoing && outgoing.Pump(MessagesATurn);
        }
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _writingSince, _context.Time.GetTimestamp());
        await _stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        Interlocked.Exchange(ref _writingSince, 0);
        Interlocked.Exchange(ref _lastWrite, _context.Time.GetTimestamp());
        _room.Writer.TryWrite(true);
    }
}
