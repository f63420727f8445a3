using Amqp.Framing;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>A link over which a client receives: as many messages as it gives credit for, and as its session has room for.</summary>
internal abstract class OutgoingLink : HubLink
{
    private readonly bool _isSettled;
    private ReadOnlyMemory<byte> _rest;
    private uint _deliveryId;
    private uint _deliveryCount;
    private uint _credit;
    private bool _isDraining;
    private bool _isUnderWay;

    protected OutgoingLink(HubSession session, Attach attach, string path)
        : base(session, attach, path) =>
        // Nothing is sent twice, so what the client thinks of a message matters to nobody, unless it insists on saying it.
        _isSettled = !attach.HasField(3) || attach.SndSettleMode != SenderSettleMode.Unsettled;

    /// <summary>Credit that the client has given and that is not used.</summary>
    public uint Credit => _credit;

    public override void OnFlow(Flow flow)
    {
        // Part 2, 2.6.7: the credit is counted from where the client stands, which may be behind.
        var limit = (flow.HasField(5) ? flow.DeliveryCount : 0) + flow.LinkCredit;
        _credit = (int)(limit - _deliveryCount) > 0 ? limit - _deliveryCount : 0;
        _isDraining = flow.Drain;
        if (flow.Echo)
            WriteFlow();
    }

    /// <summary>Sends what there is, as far as credit and room go, and at most so many messages.</summary>
    /// <returns>True where more could be sent at once.</returns>
    public bool Pump(int most)
    {
        while (!IsDetached && (_isUnderWay || _credit > 0))
        {
            if (!Session.HasRoom || Session.Client.Output.IsFull)
                return false;
            if (most == 0)
                return true;
            if (!_isUnderWay && !TryBegin())
                break;
            if (SendFrame())
                most--;
        }

        if (_isDraining && _credit > 0 && !_isUnderWay && !IsDetached)
        {
            _deliveryCount += _credit;
            _credit = 0;
            WriteFlow();
        }

        return false;
    }

    /// <summary>The next message; null where there is none now.</summary>
    protected abstract ReadOnlyMemory<byte>? Next();

    private bool TryBegin()
    {
        if (Next() is not { } message)
            return false;
        _rest = message;
        _deliveryId = Session.NextDeliveryId();
        _isUnderWay = true;
        return true;
    }

    /// <summary>Sends a frame of the message under way; true where it was the last.</summary>
    private bool SendFrame()
    {
        var sent = Session.Write(
            new Transfer
            {
                Handle = Handle,
                DeliveryId = _deliveryId,
                DeliveryTag = BitConverter.GetBytes(_deliveryId),
                MessageFormat = 0,
                Settled = _isSettled,
            },
            _rest.Span
        );
        _rest = _rest[sent..];
        if (!_rest.IsEmpty)
            return false;
        _isUnderWay = false;
        _deliveryCount++;
        _credit--;
        Count++;
        return true;
    }

    private void WriteFlow() =>
        Session.WriteFlow(
            new Flow
            {
                Handle = Handle,
                DeliveryCount = _deliveryCount,
                LinkCredit = _credit,
                Drain = _isDraining,
            }
        );
}
