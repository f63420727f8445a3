using System.Collections;

namespace TraceMQ.Transport;

/// <summary>
/// The protocol's facts about one message, in the order in which they are shown. Immutable, so that an adapter can share one instance
/// between the many messages that carry the same facts (QoS 0, not retained).
/// </summary>
public sealed class MessageDetails : IReadOnlyList<Detail>
{
    private readonly Detail[] _items;

    /// <summary>Keeps the array, which nobody else may change.</summary>
    public MessageDetails(params Detail[] items)
    {
        _items = items;
        foreach (var item in items)
            Cost += item.Value.Cost;
    }

    /// <summary>Bytes that the values hold beyond the message itself.</summary>
    public int Cost { get; }

    /// <summary>No facts.</summary>
    public static MessageDetails Empty { get; } = new();

    /// <summary>What leads the message's row in the list: the values whose fields say so; empty where there is none.</summary>
    public string Lead
    {
        get
        {
            var lead = "";
            foreach (var item in _items)
            {
                if (item.Field.IsLead)
                    lead = lead.Length == 0 ? item.Value.ToString() : $"{lead} {item.Value}";
            }

            return lead;
        }
    }

    /// <inheritdoc/>
    public int Count => _items.Length;

    /// <inheritdoc/>
    public Detail this[int index] => _items[index];

    /// <summary>The value of a field by its key; null where the message does not carry it.</summary>
    public DetailValue? Find(string key)
    {
        foreach (var item in _items)
        {
            if (string.Equals(item.Field.Key, key, StringComparison.Ordinal))
                return item.Value;
        }

        return null;
    }

    /// <inheritdoc/>
    public IEnumerator<Detail> GetEnumerator() => ((IEnumerable<Detail>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}
