using Amqp.Framing;
using TraceMQ.Transport.EventHubs.Server.Protocol;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>A session of a client (AMQP 1.0, part 2, 2.5). All of it is used under the client's lock.</summary>
internal sealed class HubSession
{
    private const uint FirstOutgoingId = 1;

    private readonly Dictionary<uint, HubLink> _links = [];
    private uint _nextIncoming;
    private uint _window;
    private uint _nextOutgoing = FirstOutgoingId;
    private uint _remoteWindow;
    private uint _nextDelivery;

    public HubSession(HubClient client, ushort channel, Begin begin)
    {
        Client = client;
        Channel = channel;
        _nextIncoming = begin.NextOutgoingId;
        _remoteWindow = begin.IncomingWindow;
        _window = client.Limits.Window;
        Write(
            new Begin
            {
                RemoteChannel = channel,
                NextOutgoingId = _nextOutgoing,
                IncomingWindow = _window,
                OutgoingWindow = client.Limits.Window,
                HandleMax = client.Limits.HandleMax,
            }
        );
    }

    public HubClient Client { get; }

    /// <summary>The client's number of it, and ours.</summary>
    public ushort Channel { get; }

    /// <summary>Its links.</summary>
    public IEnumerable<HubLink> Links => _links.Values;

    /// <summary>True where the client has room for a frame.</summary>
    public bool HasRoom => _remoteWindow > 0;

    public void Write(Amqp.Types.Described performative) => Client.Output.Write(Channel, performative);

    /// <summary>Writes a frame of a message.</summary>
    /// <returns>How many bytes of it went.</returns>
    public int Write(Transfer transfer, ReadOnlySpan<byte> message)
    {
        _nextOutgoing++;
        _remoteWindow--;
        return Client.Output.Write(Channel, transfer, message);
    }

    /// <summary>Writes a flow, with the session's part filled in.</summary>
    public void WriteFlow(Flow flow)
    {
        flow.NextIncomingId = _nextIncoming;
        flow.IncomingWindow = _window;
        flow.NextOutgoingId = _nextOutgoing;
        flow.OutgoingWindow = Client.Limits.Window;
        Write(flow);
    }

    public uint NextDeliveryId() => _nextDelivery++;

    /// <summary>Says what became of a message.</summary>
    public void Settle(uint delivery, DeliveryState outcome) =>
        Write(
            new Dispose
            {
                Role = true,
                First = delivery,
                Last = delivery,
                Settled = true,
                State = outcome,
            }
        );

    public void OnAttach(Attach attach)
    {
        if (attach.Handle > Client.Limits.HandleMax)
            throw AmqpViolationException.Framing($"attached a link with the handle {attach.Handle}");
        if (_links.ContainsKey(attach.Handle))
            throw new AmqpViolationException(AmqpConditions.HandleInUse, "attached two links with one handle");
        var link = Client.Hub.Opener.Open(this, attach);
        _links[attach.Handle] = link;
        (link as IncomingLink)?.Grant();
        (link as ConsumerLink)?.Start();
    }

    public Delivery? OnTransfer(Transfer transfer, ReadOnlyMemory<byte> payload)
    {
        if (_window == 0)
            throw new AmqpViolationException(
                AmqpConditions.WindowViolation,
                "sent more frames than there was room for"
            );
        _nextIncoming++;
        _window--;
        var delivery = Find(transfer.Handle) is IncomingLink link ? link.Take(transfer, payload) : null;
        if (_window <= Client.Limits.Window / 2)
        {
            _window = Client.Limits.Window;
            WriteFlow(new Flow());
        }

        return delivery;
    }

    public void OnFlow(Flow flow)
    {
        var next = flow.HasField(0) ? flow.NextIncomingId : FirstOutgoingId;
        var limit = next + flow.IncomingWindow;
        _remoteWindow = (int)(limit - _nextOutgoing) > 0 ? limit - _nextOutgoing : 0;
        if (flow.HasHandle)
            Find(flow.Handle).OnFlow(flow);
        else if (flow.Echo)
            WriteFlow(new Flow());
    }

    public void OnDisposition(Dispose disposition)
    {
        // A receiver that waits for us to settle second gets what it waits for; we remember nothing of what we sent.
        if (!disposition.Role || disposition.Settled)
            return;
        Write(
            new Dispose
            {
                Role = false,
                First = disposition.First,
                Last = disposition.HasField(2) ? disposition.Last : disposition.First,
                Settled = true,
                State = disposition.State,
            }
        );
    }

    public void OnDetach(Detach detach)
    {
        var link = Find(detach.Handle);
        _links.Remove(detach.Handle);
        if (!link.IsDetached)
            Write(new Detach { Handle = detach.Handle, Closed = true });
        link.Release();
    }

    /// <summary>It is over, whoever ended it.</summary>
    public void Release()
    {
        foreach (var link in _links.Values)
            link.Release();
    }

    private HubLink Find(uint handle) =>
        _links.GetValueOrDefault(handle)
        ?? throw new AmqpViolationException(AmqpConditions.UnattachedHandle, $"used the handle {handle} of no link");
}
