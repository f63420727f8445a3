namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>What a client may touch: the paths of its tokens and what lies below them, as long as they are valid. Used under the client's lock.</summary>
internal sealed class HubClaims
{
    /// <summary>Most tokens of a client; a client needs one for each path that it touches.</summary>
    internal const int Maximum = 1_000;

    private readonly Dictionary<string, DateTimeOffset> _expiries = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>True where everything is open: no key is needed, or the client has shown it.</summary>
    public bool IsOpen { get; set; }

    /// <summary>How many tokens are held.</summary>
    public int Count => _expiries.Count;

    /// <summary>True where the path of a resource is another's or lies below it; <c>hub</c> covers <c>hub/Partitions/0</c>, and not <c>hub2</c>.</summary>
    public static bool Covers(string claimed, string path) =>
        claimed.Length == 0
        || (
            path.StartsWith(claimed, StringComparison.OrdinalIgnoreCase)
            && (path.Length == claimed.Length || path[claimed.Length] == '/')
        );

    /// <summary>The path of a resource: <c>hub</c> of <c>sb://host/hub/</c>. The host is not looked at, since a local hub has many names. Null where it is none.</summary>
    public static string? PathOf(string resource)
    {
        var mark = resource.IndexOf("://", StringComparison.Ordinal);
        if (mark < 0)
            return null;
        var slash = resource.IndexOf('/', mark + 3);
        return slash < 0 ? "" : resource[slash..].Trim('/');
    }

    /// <summary>Adds a claim, or renews it; false where there are too many.</summary>
    public bool Grant(string path, DateTimeOffset expiry)
    {
        if (_expiries.Count >= Maximum && !_expiries.ContainsKey(path))
            return false;
        _expiries[path] = expiry;
        return true;
    }

    /// <summary>True where a valid claim covers the path.</summary>
    public bool Allows(string path, DateTimeOffset now)
    {
        if (IsOpen)
            return true;
        foreach (var (claimed, expiry) in _expiries)
        {
            if (expiry > now && Covers(claimed, path))
                return true;
        }

        return false;
    }

    /// <summary>Forgets what has expired.</summary>
    public void Expire(DateTimeOffset now)
    {
        foreach (var (claimed, expiry) in _expiries)
        {
            if (expiry <= now)
                _expiries.Remove(claimed);
        }
    }
}
