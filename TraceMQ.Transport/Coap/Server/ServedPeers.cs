using TraceMQ.Transport.Coap.Links;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>What the peers of a server share, whatever carries their messages.</summary>
internal sealed class ServedPeers
{
    private readonly CoapService _service;

    public ServedPeers(
        CoapService service,
        Observers observers,
        ServerLimits limits,
        TransmissionParameters parameters,
        SessionContext context
    )
    {
        _service = service;
        Observers = observers;
        Limits = limits;
        Parameters = parameters;
        Context = context;
    }

    public Observers Observers { get; }

    public ServerLimits Limits { get; }

    public TransmissionParameters Parameters { get; }

    public SessionContext Context { get; }

    /// <summary>What is thrown away on purpose, of all peers over datagrams.</summary>
    public LossRates Loss { get; } = new();

    /// <summary>A peer that came; its link is still to be set.</summary>
    public ServedPeer NewPeer(string name, string carrier, bool isGroup = false) =>
        new(name, carrier, _service.ServeAsync, Observers.Reset, Context.Time) { IsGroup = isGroup };
}
