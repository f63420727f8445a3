using System.Buffers;
using System.Buffers.Binary;
using Amqp;
using TraceMQ.Transport.EventHubs.Server.Protocol;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>
/// Gives the library our stream, whatever carries it: the library would connect by itself, with other rules of TLS than ours, and knows no
/// WebSocket. Frames are looked at before the library gets them, and told to whoever looks at the wire.
/// </summary>
internal sealed class AmqpTransport : IAsyncTransport, IDisposable
{
    private readonly PeerStream _peer;
    private readonly FrameInput _input;
    private readonly MessageGuard _guard = new();
    private readonly HubWireLog _wire;
    private readonly ArrivalBudget _budget;
    private readonly CancellationTokenSource _stop = new();
    private ReadOnlyMemory<byte> _unit;
    private volatile AmqpStage _stage;
    private bool _isDisposed;

    /// <param name="peer">The stream; whoever opened it disposes it.</param>
    /// <param name="wire">Hears of every frame.</param>
    /// <param name="budget">Makes reading wait while too much waits for the inbox.</param>
    public AmqpTransport(PeerStream peer, HubWireLog wire, ArrivalBudget budget)
    {
        _peer = peer;
        _input = new FrameInput(peer.Stream);
        _wire = wire;
        _budget = budget;
    }

    /// <summary>How far the peer has come.</summary>
    public AmqpStage Stage => _stage;

    /// <summary>What the peer did that it may not; null where it did nothing.</summary>
    public AmqpViolationException? Violation { get; private set; }

    /// <summary>True once the peer has ended the stream.</summary>
    public bool IsEnded { get; private set; }

    public void SetConnection(Connection connection)
    {
        // The stream is connected already; there is nothing to tell it.
    }

    public Task<int> ReceiveAsync(byte[] buffer, int offset, int count)
    {
        if (_unit.IsEmpty && !_budget.IsSpent && !TryNext())
            return FillAsync(buffer, offset, count);
        return _unit.IsEmpty ? FillAsync(buffer, offset, count) : Task.FromResult(Take(buffer, offset, count));
    }

    public async Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
    {
        foreach (var item in bufferList)
            _wire.Out(item.Buffer.AsMemory(item.Offset, item.Length));
        if (bufferList.Count == 1)
        {
            var only = bufferList[0];
            await _peer
                .Stream.WriteAsync(only.Buffer.AsMemory(only.Offset, only.Length), _stop.Token)
                .ConfigureAwait(false);
            return;
        }

        var all = ArrayPool<byte>.Shared.Rent(listSize);
        try
        {
            var length = 0;
            foreach (var item in bufferList)
            {
                item.Buffer.AsSpan(item.Offset, item.Length).CopyTo(all.AsSpan(length));
                length += item.Length;
            }

            await _peer.Stream.WriteAsync(all.AsMemory(0, length), _stop.Token).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(all);
        }
    }

    public void Send(ByteBuffer buffer) => throw new NotSupportedException();

    public int Receive(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public void Close()
    {
        lock (_stop)
        {
            if (!_isDisposed)
                _stop.Cancel();
        }
    }

    public void Dispose()
    {
        lock (_stop)
        {
            _isDisposed = true;
            _stop.Dispose();
        }
    }

    private int Take(byte[] buffer, int offset, int count)
    {
        var taken = Math.Min(count, _unit.Length);
        _unit.Span[..taken].CopyTo(buffer.AsSpan(offset, taken));
        _unit = _unit[taken..];
        return taken;
    }

    private bool TryNext()
    {
        try
        {
            _unit = _input.TryTake();
            if (!_unit.IsEmpty)
                Look(_unit);
            return !_unit.IsEmpty;
        }
        catch (AmqpViolationException violation)
        {
            Violation ??= violation;
            // The slow way meets it again, as a task that fails.
            return false;
        }
    }

    private async Task<int> FillAsync(byte[] buffer, int offset, int count)
    {
        if (Violation is { } earlier)
            throw earlier;
        try
        {
            await _budget.WaitAsync(_stop.Token).ConfigureAwait(false);
            _unit = await _input.TakeAsync(_stop.Token).ConfigureAwait(false);
            if (_unit.IsEmpty)
            {
                IsEnded = true;
                return 0;
            }

            Look(_unit);
        }
        catch (AmqpViolationException violation)
        {
            Violation ??= violation;
            throw;
        }

        return Take(buffer, offset, count);
    }

    private void Look(ReadOnlyMemory<byte> unit)
    {
        var bytes = unit.Span;
        if (FrameInput.IsHeader(bytes))
        {
            _stage = bytes[4] == 0 ? AmqpStage.Authenticated : AmqpStage.Sasl;
        }
        else
        {
            var body = bytes[(bytes[4] * 4)..];
            _guard.Check(bytes[5] == 0 ? BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]) : (ushort)0, body);
            if (_stage == AmqpStage.Authenticated && !body.IsEmpty)
                _stage = AmqpStage.Open;
        }

        _wire.In(unit);
    }
}
