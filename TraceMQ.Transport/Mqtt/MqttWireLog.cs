using System.Runtime.CompilerServices;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Diagnostics.PacketInspection;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport.Mqtt;

/// <summary>The packets of a connection, recorded only while somebody reads them.</summary>
internal sealed class MqttWireLog : IWireLog, IDisposable
{
    /// <summary>Most packets that wait for a slow reader.</summary>
    internal const int Capacity = 2_000;

    private readonly Lock _lock = new();
    private readonly List<Reader> _readers = [];
    private readonly MqttLink _link;
    private readonly TimeProvider _time;
    private bool _isDisposed;

    public MqttWireLog(MqttLink link, TimeProvider time)
    {
        _link = link;
        _time = time;
    }

    public async IAsyncEnumerable<WireRecord> ReadAsync(
        ExchangeId? only,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // No packet of MQTT is tied to an exchange yet, so asking for one finds nothing.
        if (only is not null)
            yield break;
        var reader = new Reader();
        var decoder = new MqttPacketDecoder(_link.Identity.Version);
        Add(reader);
        try
        {
            await foreach (var packet in reader.Packets.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                if (reader.TakeMissed() is var missed and > 0)
                    yield return Missed(missed, packet.Time);
                if (decoder.Decode(packet) is { } record)
                    yield return record;
            }
        }
        finally
        {
            Remove(reader);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            foreach (var reader in _readers)
                reader.Complete();
        }
    }

    private static WireRecord Missed(long count, DateTimeOffset time) =>
        new(time, Direction.In, "missed", $"{count} packets came faster than they could be shown", [], default, 0);

    private void Add(Reader reader)
    {
        lock (_lock)
        {
            _readers.Add(reader);
            if (_isDisposed)
                reader.Complete();
            else if (_readers.Count == 1)
                _link.Client.InspectPacketAsync += OnPacketAsync;
        }
    }

    private void Remove(Reader reader)
    {
        lock (_lock)
        {
            if (_readers.Remove(reader) && _readers.Count == 0)
                _link.Client.InspectPacketAsync -= OnPacketAsync;
        }
    }

    private Task OnPacketAsync(InspectMqttPacketEventArgs packet)
    {
        var direction = packet.Direction == MqttPacketFlowDirection.Inbound ? Direction.In : Direction.Out;
        var captured = CapturedPacket.Of(_time.GetUtcNow(), direction, packet.Buffer);
        lock (_lock)
        {
            foreach (var reader in _readers)
                reader.Post(captured);
        }

        return Task.CompletedTask;
    }

    private sealed class Reader
    {
        private readonly Channel<CapturedPacket> _packets;
        private long _missed;

        public Reader() =>
            _packets = Channel.CreateBounded<CapturedPacket>(
                new BoundedChannelOptions(Capacity)
                {
                    FullMode = BoundedChannelFullMode.DropOldest,
                    SingleReader = true,
                },
                _ => Interlocked.Increment(ref _missed)
            );

        public ChannelReader<CapturedPacket> Packets => _packets.Reader;

        public void Post(CapturedPacket packet) => _packets.Writer.TryWrite(packet);

        public void Complete() => _packets.Writer.TryComplete();

        public long TakeMissed() => Interlocked.Exchange(ref _missed, 0);
    }
}
