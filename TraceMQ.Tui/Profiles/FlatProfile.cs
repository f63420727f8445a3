using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>Collects the entries of a profile under the keys of settings: sub-tables, dotted keys and inline tables mean the same.</summary>
internal sealed class FlatProfile
{
    private readonly Dictionary<string, RawValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TomlEntry> _entries = new(StringComparer.Ordinal);
    private readonly string[] _maps;

    /// <param name="transport">Says which settings are maps; null where the protocol is unknown.</param>
    public FlatProfile(ITransport? transport) =>
        _maps = transport is null
            ? []
            :
            [
                .. CommonSettings
                    .Of(transport)
                    .Where(setting => setting.Kind is SettingKind.Map or SettingKind.Subscriptions)
                    .Select(setting => setting.Key),
            ];

    /// <summary>By dotted key.</summary>
    public IReadOnlyDictionary<string, RawValue> Values => _values;

    /// <summary>Adds an entry under its key within the profile.</summary>
    public void Add(string key, TomlEntry entry)
    {
        var map = Array.Find(_maps, candidate => key.StartsWith(candidate + ".", StringComparison.Ordinal));
        if (map is not null)
        {
            var items = new Dictionary<string, RawValue>(
                (_values.GetValueOrDefault(map) as RawValue.Table)?.Items
                    ?? new Dictionary<string, RawValue>(StringComparer.Ordinal),
                StringComparer.Ordinal
            )
            {
                [key[(map.Length + 1)..]] = entry.Value,
            };
            _values[map] = new RawValue.Table(items);
            _entries.TryAdd(map, entry);
        }
        else if (entry.Value is RawValue.Table table && !_maps.Contains(key, StringComparer.Ordinal))
        {
            foreach (var (inner, value) in table.Items)
                Add($"{key}.{inner}", entry with { Value = value, IsInline = true });
        }
        else
        {
            _values[key] = entry.Value;
            _entries[key] = entry;
        }
    }

    /// <summary>Where a key was written; null where it was not.</summary>
    public TomlEntry? EntryOf(string key) => _entries.GetValueOrDefault(key);
}
