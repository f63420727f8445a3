using TraceMQ.Transport.Coap.Codec;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>The resources of a server, bounded. Safe for any thread.</summary>
internal sealed class Resources
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Resource> _items = new(StringComparer.Ordinal);
    private readonly ServerLimits _limits;
    private readonly TimeProvider _time;
    private long _bytes;
    private ulong _version;

    public Resources(ServerLimits limits, TimeProvider time)
    {
        _limits = limits;
        _time = time;
        // So that a tag of an earlier life of the server is none of this one's.
        _version = (ulong)time.GetUtcNow().ToUnixTimeSeconds() & 0xff_ffff;
        _items["/"] = new Resource
        {
            Path = "/",
            Payload = "A CoAP server of TraceMQ. PUT makes resources; /.well-known/core lists them.\n"u8.ToArray(),
            Format = ContentFormats.Text,
            Title = "TraceMQ",
            Version = ++_version,
            ChangedAt = time.GetUtcNow(),
        };
    }

    public int Count
    {
        get
        {
            lock (_lock)
                return _items.Count;
        }
    }

    public IReadOnlyList<Resource> All
    {
        get
        {
            lock (_lock)
                return [.. _items.Values];
        }
    }

    public Resource? Find(string path)
    {
        lock (_lock)
            return _items.GetValueOrDefault(path);
    }

    /// <summary>Makes or replaces a payload; everything else stays.</summary>
    /// <param name="path">Where.</param>
    /// <param name="payload">What.</param>
    /// <param name="format">Null: as before.</param>
    /// <param name="isAllowed">Asked for what is there now; false leaves it alone.</param>
    /// <param name="before">What was there.</param>
    /// <param name="after">What is there now; null where it was not allowed, or there is no room.</param>
    /// <returns>False where there is no room.</returns>
    public bool TryPut(
        string path,
        ReadOnlyMemory<byte> payload,
        int? format,
        Func<Resource?, bool> isAllowed,
        out Resource? before,
        out Resource? after
    )
    {
        lock (_lock)
        {
            after = null;
            before = _items.GetValueOrDefault(path);
            if (!isAllowed(before))
                return true;
            var next = (before ?? new Resource { Path = path }) with
            {
                Payload = payload,
                // Whoever says nothing of it does not change it.
                Format = format ?? before?.Format,
                Version = _version + 1,
                ChangedAt = _time.GetUtcNow(),
            };
            var bytes = _bytes + next.Cost - (before?.Cost ?? 0);
            if ((before is null && _items.Count >= _limits.Resources) || bytes > _limits.ResourceBytes)
                return false;
            _version++;
            _bytes = bytes;
            _items[path] = after = next;
            return true;
        }
    }

    /// <summary>Changes what is not the payload; null where it is not there any more.</summary>
    public Resource? Change(string path, Func<Resource, Resource> change)
    {
        lock (_lock)
        {
            if (!_items.TryGetValue(path, out var resource))
                return null;
            return _items[path] = change(resource);
        }
    }

    /// <summary>Takes a resource away.</summary>
    /// <param name="path">Which.</param>
    /// <param name="isAllowed">Asked for what is there now.</param>
    /// <param name="before">What was there; null where nothing was.</param>
    /// <returns>False where it was not allowed.</returns>
    public bool TryDelete(string path, Func<Resource?, bool> isAllowed, out Resource? before)
    {
        lock (_lock)
        {
            before = _items.GetValueOrDefault(path);
            if (!isAllowed(before))
                return false;
            if (before is null)
                return true;
            _items.Remove(path);
            _bytes -= before.Cost;
            return true;
        }
    }

    /// <summary>A path below another that is free.</summary>
    public string FreePathBelow(string path)
    {
        var parent = path.Length == 1 ? "" : path;
        lock (_lock)
        {
            for (var i = 1; ; i++)
            {
                if (!_items.ContainsKey($"{parent}/{i}"))
                    return $"{parent}/{i}";
            }
        }
    }
}
