using Microsoft.Extensions.Logging;
using TraceMQ.Transport.Streams.Datagrams;

namespace TraceMQ.Transport.Coap.Links;

/// <summary>A client's link over datagrams: reads the pipe and gives what comes to the message layer.</summary>
internal sealed class DatagramLink : IClientLink
{
    private const int MaximumDatagram = 65_535;

    private readonly IDatagramPipe _pipe;
    private readonly MessageLayer _layer;
    private readonly SessionContext _context;
    private readonly PacketLog _packets;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private long _lastHeard;
    private int _isDisposed;

    /// <param name="pipe">Owned.</param>
    /// <param name="parameters">Times and counts.</param>
    /// <param name="handler">Gets what comes.</param>
    /// <param name="loss">What is thrown away on purpose.</param>
    /// <param name="context">The surroundings.</param>
    public DatagramLink(
        IDatagramPipe pipe,
        TransmissionParameters parameters,
        ILinkHandler handler,
        LossRates loss,
        SessionContext context
    )
    {
        _pipe = pipe;
        _context = context;
        _packets = new PacketLog(context);
        Loss = loss;
        _lastHeard = context.Time.GetTimestamp();
        _layer = new MessageLayer(
            parameters,
            SendAsync,
            handler,
            new SeenMessages(parameters.ExchangeLifetime, context.Time),
            this,
            _packets,
            context
        );
        _reading = ReadAsync();
    }

    public ICoapLink Link => _layer;

    public LossRates Loss { get; }

    public long LastHeard => Interlocked.Read(ref _lastHeard);

    public Task Completion => _completion.Task;

    public IEnumerable<Fact> Facts
    {
        get
        {
            yield return new Fact("peer", _pipe.RemoteEndPoint?.ToString() ?? "unknown address");
            foreach (var fact in _pipe.Facts)
                yield return fact;
            if (Loss.IsOn)
                yield return LossSettings.FactOf(Loss);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        await _stop.CancelAsync().ConfigureAwait(false);
        _layer.Fail(new TransportException(FailureKind.Lost, "The connection is closed: connect again."));
        await _pipe.DisposeAsync().ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
        _stop.Dispose();
        _completion.TrySetResult();
    }

    private ValueTask SendAsync(ReadOnlyMemory<byte> datagram, CancellationToken cancellationToken)
    {
        if (!Loss.Loses(Direction.Out))
            return _pipe.SendAsync(datagram, cancellationToken);
        _packets.RecordBad(Direction.Out, datagram, "lost", "thrown away by the loss simulator");
        return ValueTask.CompletedTask;
    }

    private async Task ReadAsync()
    {
        // The constructor has to end first.
        await Task.Yield();
        var buffer = new byte[MaximumDatagram];
        try
        {
            while (true)
            {
                var length = await _pipe.ReceiveAsync(buffer, _stop.Token).ConfigureAwait(false);
                var datagram = buffer.AsMemory(0, length).ToArray();
                if (Loss.Loses(Direction.In))
                {
                    _packets.RecordBad(Direction.In, datagram, "lost", "thrown away by the loss simulator");
                    continue;
                }

                Interlocked.Exchange(ref _lastHeard, _context.Time.GetTimestamp());
                await _layer.ReceiveAsync(datagram, _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        catch (TransportException exception)
        {
            End(exception);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            _context.Log.LogError(exception, "Reading from {Peer} failed", _pipe.RemoteEndPoint);
            End(new TransportException(FailureKind.Lost, $"The connection failed: {exception.Message}", exception));
        }
    }

    private void End(TransportException reason)
    {
        _layer.Fail(reason);
        if (Volatile.Read(ref _isDisposed) == 0)
            _completion.TrySetException(reason);
    }
}
