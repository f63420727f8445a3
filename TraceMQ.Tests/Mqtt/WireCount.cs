using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Tests.Mqtt;

/// <summary>Counts the packets of a kind that come in of a connection.</summary>
internal sealed class WireCount : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _counting;
    private int _count;

    public WireCount(Surroundings surroundings, string kind, Direction direction = Direction.In) =>
        _counting = CountAsync(surroundings.Context.Wire, kind, direction);

    public int Count => Volatile.Read(ref _count);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _counting.WaitAsync(Surroundings.Patience);
        _stop.Dispose();
    }

    private async Task CountAsync(WireLog wire, string kind, Direction direction)
    {
        try
        {
            await foreach (var record in wire.ReadAsync(only: null, _stop.Token))
            {
                if (record.Direction == direction && record.Kind == kind)
                    Interlocked.Increment(ref _count);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
