using MQTTnet;
using MQTTnet.Diagnostics.PacketInspection;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Transport.Mqtt;

/// <summary>Tells the packets of a session to the connection's <see cref="WireLog"/>; listens to the client only while somebody reads them.</summary>
internal sealed class MqttWireLog : IDisposable
{
    private readonly MqttLink _link;
    private readonly WireLog _wire;
    private readonly TimeProvider _time;
    private readonly Lock _decoding = new();
    private readonly MqttPacketDecoder _decoder;
    private readonly IDisposable _attachment;
    private bool _isListening;

    public MqttWireLog(MqttLink link, SessionContext context)
    {
        _link = link;
        _wire = context.Wire;
        _time = context.Time;
        _decoder = new MqttPacketDecoder(link.Identity.Version);
        _attachment = _wire.Attach(Listen);
    }

    public void Dispose()
    {
        _attachment.Dispose();
        Listen(isWatched: false);
    }

    private void Listen(bool isWatched)
    {
        if (isWatched == _isListening)
            return;
        _isListening = isWatched;
        if (isWatched)
            _link.Client.InspectPacketAsync += OnPacketAsync;
        else
            _link.Client.InspectPacketAsync -= OnPacketAsync;
    }

    private Task OnPacketAsync(InspectMqttPacketEventArgs packet)
    {
        var direction = packet.Direction == MqttPacketFlowDirection.Inbound ? Direction.In : Direction.Out;
        var captured = CapturedPacket.Of(_time.GetUtcNow(), direction, packet.Buffer);
        _wire.Record(() => Decode(captured));
        return Task.CompletedTask;
    }

    private WireRecord? Decode(CapturedPacket packet)
    {
        lock (_decoding)
            return _decoder.Decode(packet);
    }
}
