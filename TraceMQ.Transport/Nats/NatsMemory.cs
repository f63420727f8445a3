using System.Globalization;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>What outlives a lost connection: which server was lost when, and the others of its cluster as it told of them.</summary>
internal sealed class NatsMemory
{
    private const int MostOthers = 64;

    private readonly Lock _lock = new();
    private IReadOnlyList<string> _others = [];
    private (string Address, long At)? _lost;

    /// <summary>Where to connect to, in this order: the profile's servers, then those that are known from the cluster; the one that was lost comes last.</summary>
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

            var at = found.FindIndex(endpoint => endpoint.Address == _lost?.Address);
            return at < 0 ? found : [.. found.Skip(at + 1), .. found.Take(at + 1)];
        }
    }

    /// <summary>Notes the others that a server told of, which change while we are connected.</summary>
    public void Note(NatsLink link)
    {
        // Over a WebSocket the addresses are those of another port, and say nothing about ours.
        if (link.Endpoint.Scheme.Carrier.IsWebSocket)
            return;
        lock (_lock)
            _others = link.Connection.ServerInfo?.ClientConnectUrls is { } urls
                ? [.. urls.Take(MostOthers)]
                : link.Info.OtherServers;
    }

    /// <summary>Notes that a server was lost.</summary>
    public void NoteLoss(NatsLink link, TimeProvider time)
    {
        Note(link);
        lock (_lock)
            _lost = (link.Endpoint.Address, time.GetTimestamp());
    }

    /// <summary>What there is to say where another server took the place of a lost one; null where it did not.</summary>
    public string? Succession(NatsLink link, TimeProvider time)
    {
        lock (_lock)
        {
            var lost = _lost;
            _lost = null;
            return lost is { } before && before.Address != link.Endpoint.Address
                ? $"{link.Info.Name} at {link.Endpoint.Address} took over {Words(time.GetElapsedTime(before.At))} after {before.Address} was lost."
                : null;
        }
    }

    /// <summary>How long something took, as it is said.</summary>
    public static string Words(TimeSpan time) =>
        time < TimeSpan.FromSeconds(1)
            ? $"{time.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms"
            : $"{time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s";
}
