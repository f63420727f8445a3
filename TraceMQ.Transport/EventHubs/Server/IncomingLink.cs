using Amqp.Framing;
using TraceMQ.Transport.EventHubs.Server.Protocol;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>A link over which a client sends: it may send as many messages as it has credit for, none larger than the limit.</summary>
internal abstract class IncomingLink : HubLink
{
    private readonly uint _credit;
    private uint _left;
    private uint _deliveryCount;
    private Delivery? _started;
    private byte[] _bytes = [];
    private int _length;

    protected IncomingLink(HubSession session, Attach attach, string path, uint credit)
        : base(session, attach, path)
    {
        _credit = credit;
        _deliveryCount = attach.InitialDeliveryCount;
    }

    /// <summary>Credit that the client has left.</summary>
    public uint Credit => _left;

    /// <summary>Gives the credit that is due.</summary>
    public void Grant()
    {
        if (IsDetached || _left > _credit / 2)
            return;
        _left = _credit;
        Session.WriteFlow(
            new Flow
            {
                Handle = Handle,
                DeliveryCount = _deliveryCount,
                LinkCredit = _left,
            }
        );
    }

    public override void OnFlow(Flow flow)
    {
        if (flow.Echo)
            Session.WriteFlow(
                new Flow
                {
                    Handle = Handle,
                    DeliveryCount = _deliveryCount,
                    LinkCredit = _left,
                }
            );
    }

    /// <summary>Takes a frame of a message.</summary>
    /// <returns>The message, where this was its last frame.</returns>
    public Delivery? Take(Transfer transfer, ReadOnlyMemory<byte> payload)
    {
        if (IsDetached)
            return null;
        if (_started is null && !TryStart(transfer))
            return null;
        if (transfer.Aborted)
        {
            Forget();
            return null;
        }

        var length = _length + payload.Length;
        if (length > Session.Client.Limits.MaximumMessage)
        {
            Forget();
            Detach(
                AmqpConditions.MessageSizeExceeded,
                $"The received message (delivery-id:{transfer.DeliveryId}, size:{length} bytes) exceeds the limit ({Session.Client.Limits.MaximumMessage} bytes) currently allowed on the link."
            );
            return null;
        }

        if (!transfer.More && _length == 0)
            return Finish(payload.ToArray(), transfer);
        Gather(payload.Span, length);
        if (transfer.More)
            return null;
        var whole = _bytes.AsMemory(0, _length);
        return Finish(whole.ToArray(), transfer);
    }

    /// <summary>Says what became of a message, and gives new credit.</summary>
    public void Settle(Delivery delivery, DeliveryState outcome)
    {
        if (IsDetached)
            return;
        if (!delivery.IsSettled)
            Session.Settle(delivery.Id, outcome);
        Grant();
    }

    protected override void OnReleased() => Forget();

    private bool TryStart(Transfer transfer)
    {
        if (_left == 0)
        {
            Detach(AmqpConditions.TransferLimitExceeded, "More messages were sent than there was credit for.");
            return false;
        }

        if (!transfer.HasDeliveryId)
            throw AmqpViolationException.Framing("began a message without a delivery-id");
        _left--;
        _deliveryCount++;
        _started = new Delivery(this, transfer.DeliveryId, transfer.MessageFormat);
        return true;
    }

    private Delivery Finish(byte[] message, Transfer transfer)
    {
        var delivery = _started! with { IsSettled = transfer.Settled, Message = message };
        Forget();
        Count++;
        return delivery;
    }

    private void Gather(ReadOnlySpan<byte> part, int length)
    {
        Session.Client.Gathering += part.Length;
        if (Session.Client.Gathering > Session.Client.Limits.MaximumGathering)
            throw new AmqpViolationException(
                HubVocabulary.ResourceLimitExceeded,
                "has more unfinished messages under way than a connection may have"
            );
        if (length > _bytes.Length)
            Array.Resize(
                ref _bytes,
                Math.Min(Session.Client.Limits.MaximumMessage, Math.Max(length, _bytes.Length * 2))
            );
        part.CopyTo(_bytes.AsSpan(_length));
        _length = length;
    }

    private void Forget()
    {
        Session.Client.Gathering -= _length;
        _bytes = [];
        _length = 0;
        _started = null;
    }
}

/// <summary>A message that came over a link.</summary>
/// <param name="Link">The link.</param>
/// <param name="Id">The client's number of it.</param>
/// <param name="Format">Its message format.</param>
internal sealed record Delivery(IncomingLink Link, uint Id, uint Format)
{
    /// <summary>True where the client wants no answer.</summary>
    public bool IsSettled { get; init; }

    /// <summary>The encoded message.</summary>
    public ReadOnlyMemory<byte> Message { get; init; }
}
