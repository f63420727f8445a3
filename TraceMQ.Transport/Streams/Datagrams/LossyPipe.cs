using System.Net;

namespace TraceMQ.Transport.Streams.Datagrams;

/// <summary>A pipe that throws datagrams away on purpose, in both directions. It owns the pipe inside.</summary>
internal sealed class LossyPipe : IDatagramPipe
{
    private readonly IDatagramPipe _inner;
    private readonly Random _random;
    private readonly Lock _lock = new();
    private long _lost;

    /// <param name="inner">What carries the rest.</param>
    /// <param name="random">Decides; need not be safe for several threads.</param>
    public LossyPipe(IDatagramPipe inner, Random random)
    {
        _inner = inner;
        _random = random;
    }

    /// <summary>The share of what we send that is lost, 0 to 1.</summary>
    public double Sending { get; init; }

    /// <summary>The share of what comes that is lost, 0 to 1.</summary>
    public double Receiving { get; init; }

    /// <summary>How many were thrown away.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    public EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    public IReadOnlyList<Fact> Facts => _inner.Facts;

    public ValueTask SendAsync(ReadOnlyMemory<byte> datagram, CancellationToken cancellationToken) =>
        IsLost(Sending) ? ValueTask.CompletedTask : _inner.SendAsync(datagram, cancellationToken);

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var length = await _inner.ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (!IsLost(Receiving))
                return length;
        }
    }

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private bool IsLost(double share)
    {
        lock (_lock)
        {
            if (_random.NextDouble() >= share)
                return false;
        }

        Interlocked.Increment(ref _lost);
        return true;
    }
}
