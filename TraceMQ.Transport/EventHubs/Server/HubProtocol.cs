using Amqp.Framing;
using TraceMQ.Transport.EventHubs.Server.Protocol;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>What the frames of a client mean (AMQP 1.0, part 2, 2.7). All of it is used under the client's lock.</summary>
internal sealed class HubProtocol
{
    private static readonly TimeSpan s_shortestSilence = TimeSpan.FromSeconds(1);

    private readonly HubClient _client;
    private readonly Dictionary<ushort, HubSession> _sessions = [];

    public HubProtocol(HubClient client) => _client = client;

    /// <summary>What the client said when it opened the connection; null before.</summary>
    public Open? Opened { get; private set; }

    /// <summary>True where the client has said goodbye.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>True where we have said goodbye: only the client's own is heard.</summary>
    public bool IsEnding { get; set; }

    /// <summary>How often the client wants to hear something; null for never.</summary>
    public TimeSpan? Heartbeat { get; private set; }

    public IEnumerable<HubLink> Links => _sessions.Values.SelectMany(session => session.Links);

    /// <summary>Does what a frame says.</summary>
    /// <returns>A message that has come as a whole.</returns>
    /// <exception cref="AmqpViolationException">It may not say that.</exception>
    public Delivery? Take(Frame frame)
    {
        if (frame.IsSasl)
            throw AmqpViolationException.Framing("sent SASL where it was over");
        if (frame.Body.IsEmpty)
            return null;
        var performative = AmqpCodec.Read(frame.Body, out var length);
        if (_client.Wire.IsWatched || Opened is null)
            _client.Wire.In(frame, performative, length, IsSecret(frame.Channel, performative));
        if (Opened is null)
        {
            OnOpen(
                performative as Open
                    ?? throw AmqpViolationException.Framing("sent something else than an open to begin with")
            );
            return null;
        }

        return IsEnding && performative is not Close ? null : Take(frame.Channel, performative, frame.Body[length..]);
    }

    /// <summary>Everything of the client's is over.</summary>
    public void Release()
    {
        foreach (var session in _sessions.Values)
            session.Release();
        _sessions.Clear();
    }

    /// <summary>True for messages to nodes, which may hold tokens.</summary>
    private bool IsSecret(ushort channel, object? performative) =>
        performative is Transfer transfer
        && _sessions.GetValueOrDefault(channel)?.Links.FirstOrDefault(link => link.Handle == transfer.Handle)
            is not ProducerLink;

    private Delivery? Take(ushort channel, object? performative, ReadOnlyMemory<byte> payload)
    {
        switch (performative)
        {
            case Transfer transfer:
                return Find(channel).OnTransfer(transfer, payload);
            case Flow flow:
                Find(channel).OnFlow(flow);
                break;
            case Dispose disposition:
                Find(channel).OnDisposition(disposition);
                break;
            case Attach attach:
                Find(channel).OnAttach(attach);
                break;
            case Detach detach:
                Find(channel).OnDetach(detach);
                break;
            case Begin begin:
                OnBegin(channel, begin);
                break;
            case End:
                var ended = Find(channel);
                _sessions.Remove(channel);
                ended.Write(new End());
                ended.Release();
                break;
            case Close:
                IsClosed = true;
                _client.Output.Write(0, new Close());
                break;
            default:
                throw AmqpViolationException.Framing("sent a frame that is no performative of AMQP 1.0");
        }

        return null;
    }

    private void OnOpen(Open open)
    {
        _client.Output.MaximumFrame = (int)Math.Clamp(open.MaxFrameSize, 512u, FrameReader.MaximumFrame);
        if (open.IdleTimeOut > 0)
        {
            var half = TimeSpan.FromMilliseconds(open.IdleTimeOut) / 2;
            Heartbeat = half < s_shortestSilence ? s_shortestSilence : half;
        }

        _client.Output.Write(
            0,
            new Open
            {
                ContainerId = _client.Hub.ContainerId,
                MaxFrameSize = FrameReader.MaximumFrame,
                ChannelMax = _client.Limits.ChannelMax,
                IdleTimeOut = (uint)_client.Limits.Silence.TotalMilliseconds,
            }
        );
        Opened = open;
        _client.OnOpened();
    }

    private void OnBegin(ushort channel, Begin begin)
    {
        if (channel > _client.Limits.ChannelMax)
            throw AmqpViolationException.Framing($"began a session with the number {channel}");
        if (_sessions.ContainsKey(channel))
            throw AmqpViolationException.Framing("began two sessions with one number");
        _sessions[channel] = new HubSession(_client, channel, begin);
    }

    private HubSession Find(ushort channel) =>
        _sessions.GetValueOrDefault(channel)
        ?? throw AmqpViolationException.Framing($"used the session {channel}, which has not begun");
}
