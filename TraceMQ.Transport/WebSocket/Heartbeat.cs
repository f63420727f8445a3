using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.WebSocket;

/// <summary>Pings the peer again and again: measures the round trip, and finds out that nobody is there any more.</summary>
internal sealed class Heartbeat
{
    private const int MaximumUnanswered = 3;

    private readonly WebSocketConnection _connection;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly Func<long> _lastHeard;
    private long _roundTripTicks = -1;

    /// <param name="connection">Somebody has to receive from it.</param>
    /// <param name="interval">From one ping to the next.</param>
    /// <param name="time">The clock.</param>
    /// <param name="lastHeard">When the peer last sent something, as the clock's timestamp.</param>
    public Heartbeat(WebSocketConnection connection, TimeSpan interval, TimeProvider time, Func<long> lastHeard)
    {
        _connection = connection;
        _interval = interval;
        _time = time;
        _lastHeard = lastHeard;
    }

    /// <summary>Of the last ping that was answered; null before.</summary>
    public TimeSpan? RoundTrip =>
        Interlocked.Read(ref _roundTripTicks) is var ticks and >= 0 ? TimeSpan.FromTicks(ticks) : null;

    /// <summary>Pings until the connection ends.</summary>
    /// <returns>Why the peer is gone; null where the connection ended otherwise.</returns>
    public async Task<TransportException?> RunAsync(CancellationToken cancellationToken)
    {
        if (_interval == TimeSpan.Zero)
            return null;
        var unanswered = 0;
        try
        {
            while (true)
            {
                await Task.Delay(_interval, _time, cancellationToken).ConfigureAwait(false);
                if (await PingAsync(cancellationToken).ConfigureAwait(false))
                    unanswered = 0;
                else if (_time.GetElapsedTime(_lastHeard()) < _interval * MaximumUnanswered)
                    // It speaks, it only does not answer pings.
                    unanswered = 0;
                else if (++unanswered == MaximumUnanswered)
                    return new TransportException(
                        FailureKind.Lost,
                        $"The peer has not answered {MaximumUnanswered} pings, and sent nothing for {Quantity.Format(_interval * MaximumUnanswered)}: the connection is dead. Check the network, or set websocket.ping_interval to 0s where it never answers pings."
                    );
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (TransportException)
        {
            // Whoever receives meets the same end, and says so.
            return null;
        }
    }

    private async Task<bool> PingAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_interval, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var roundTrip = await _connection.PingAsync(default, both.Token).ConfigureAwait(false);
            Interlocked.Exchange(ref _roundTripTicks, roundTrip.Ticks);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
