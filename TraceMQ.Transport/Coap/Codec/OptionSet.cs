using System.Collections;

namespace TraceMQ.Transport.Coap.Codec;

/// <summary>The options of a message in the order of their numbers; those of one number keep theirs. Immutable.</summary>
internal sealed class OptionSet : IReadOnlyList<CoapOption>
{
    private readonly CoapOption[] _items;

    private OptionSet(CoapOption[] items) => _items = items;

    public static OptionSet Empty { get; } = new([]);

    public int Count => _items.Length;

    public CoapOption this[int index] => _items[index];

    /// <summary>Sorts what is not sorted.</summary>
    public static OptionSet Of(params IEnumerable<CoapOption> options) =>
        new([.. options.OrderBy(option => option.Number)]);

    /// <summary>Takes a list that is sorted already.</summary>
    internal static OptionSet OfSorted(List<CoapOption> options) =>
        options.Count == 0 ? Empty : new OptionSet([.. options]);

    /// <summary>The first of a number.</summary>
    public CoapOption? Find(int number)
    {
        foreach (var item in _items)
        {
            if (item.Number == number)
                return item;
        }

        return null;
    }

    public bool Has(int number) => Find(number) is not null;

    /// <summary>The number that the option holds; null where it is not there.</summary>
    public uint? Uint(int number) => Find(number)?.Number32;

    /// <summary>The block that the option names; null where it is not there.</summary>
    public BlockValue? Block(int number) => Find(number) is { } option ? BlockValue.Read(option.Value.Span) : null;

    public IEnumerable<CoapOption> All(int number) => _items.Where(item => item.Number == number);

    /// <summary>These options, with one that takes the place of those of its number.</summary>
    public OptionSet With(CoapOption option) => Of([.. _items.Where(item => item.Number != option.Number), option]);

    /// <summary>These options and one more.</summary>
    public OptionSet And(params IEnumerable<CoapOption> options) => Of([.. _items, .. options]);

    public OptionSet Without(int number) =>
        Has(number) ? new OptionSet([.. _items.Where(item => item.Number != number)]) : this;

    public IEnumerator<CoapOption> GetEnumerator() => ((IEnumerable<CoapOption>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();
}
