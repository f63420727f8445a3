using Amqp.Framing;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>
/// Who reads a partition in a consumer group. A reader with an owner level (an epoch) reads alone: it puts out those with a lower or the same
/// level and those with none, and is refused by a higher one. Without levels, five may read. Safe for any thread.
/// </summary>
internal sealed class HubReaders
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<ConsumerLink>> _readers = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Lets a reader in, and puts out those whom it has to.</summary>
    /// <returns>Why it is refused; null where it is not.</returns>
    public Error? Admit(ConsumerLink reader)
    {
        lock (_lock)
        {
            if (!_readers.TryGetValue(reader.Path, out var others))
                _readers[reader.Path] = others = [];
            if (WhyNot(reader, others) is { } refusal)
                return refusal;
            if (reader.Epoch is { } epoch)
            {
                foreach (var other in others)
                    Evict(other, reader, epoch);
                others.Clear();
            }

            others.Add(reader);
            return null;
        }
    }

    /// <summary>Forgets a reader.</summary>
    public void Remove(ConsumerLink reader)
    {
        lock (_lock)
        {
            if (!_readers.TryGetValue(reader.Path, out var others))
                return;
            others.Remove(reader);
            if (others.Count == 0)
                _readers.Remove(reader.Path);
        }
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<ConsumerLink> All()
    {
        lock (_lock)
            return [.. _readers.Values.SelectMany(readers => readers)];
    }

    private static Error? WhyNot(ConsumerLink reader, List<ConsumerLink> others)
    {
        var highest = others.MaxBy(other => other.Epoch ?? -1);
        if (highest?.Epoch is { } level && (reader.Epoch ?? -1) < level)
            return new Error(HubVocabulary.LinkStolen)
            {
                Description = reader.Epoch is { } own
                    ? $"Receiver '{highest.ReaderName}' with a higher epoch '{level}' already exists. Receiver '{reader.ReaderName}' with epoch '{own}' cannot be created. Make sure you are creating receiver with increasing epoch value to ensure connectivity, or ensure all old epoch receivers are closed or disconnected."
                    : $"At least one receiver for the endpoint is created with epoch of '{level}', and so non-epoch receiver is not allowed. Either reconnect with a higher epoch, or make sure all epoch receivers are closed or disconnected.",
            };
        if (reader.Epoch is null && others.Count >= HubVocabulary.MaximumReaders)
            return new Error(HubVocabulary.ResourceLimitExceeded)
            {
                Description =
                    $"Exceeded the maximum number of allowed receivers per partition in a consumer group which is {HubVocabulary.MaximumReaders}. List of connected receivers - {string.Join(", ", others.Select(other => other.ReaderName))}.",
            };
        return null;
    }

    private static void Evict(ConsumerLink other, ConsumerLink reader, long epoch) =>
        other.Session.Client.Post(() =>
            other.Detach(
                HubVocabulary.LinkStolen,
                $"New receiver '{reader.ReaderName}' with higher epoch of '{epoch}' is created hence current receiver '{other.ReaderName}' with epoch '{other.Epoch ?? 0}' is getting disconnected. If you are recreating the receiver, make sure a higher epoch is used."
            )
        );
}
