using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>What outlives a lost connection: the other servers of the cluster, as the last one told of them.</summary>
internal sealed class NatsMemory
{
    private readonly Lock _lock = new();
    private IReadOnlyList<string> _others = [];

    /// <summary>Where to connect to, in this order: the profile's servers, then those that are known from the cluster.</summary>
    public IReadOnlyList<Endpoint> Candidates(IReadOnlyList<Endpoint> own)
    {
        lock (_lock)
        {
            var found = new List<Endpoint>(own);
            foreach (var other in _others)
            {
                var endpoint = EndpointUrl.Parse($"{own[0].Scheme.Name}://{other}", NatsWay.Schemes, out _);
                if (endpoint is null || found.Exists(known => known.Address == endpoint.Address))
                    continue;
                found.Add(endpoint with { Username = own[0].Username, Password = own[0].Password });
            }

            return found;
        }
    }

    /// <summary>Notes what a server told.</summary>
    public void Note(NatsLink link)
    {
        // Over a WebSocket the addresses are those of another port, and say nothing about ours.
        if (link.Endpoint.Scheme.Carrier.IsWebSocket)
            return;
        lock (_lock)
            _others = link.Info.OtherServers;
    }
}
