using System.Collections.Concurrent;

namespace TraceMQ.Transport.Coap.Client;

/// <summary>What each resource was like when it was last heard of, for the Browse screen. Bounded in number and in length.</summary>
internal sealed class LastStates
{
    private const int Maximum = 10_000;

    private readonly ConcurrentDictionary<string, State> _states = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;

    public LastStates(TimeProvider time) => _time = time;

    /// <summary>A resource answered, or notified.</summary>
    public void Note(string topic, ReadOnlySpan<byte> payload)
    {
        if (_states.Count < Maximum || _states.ContainsKey(topic))
            _states[topic] = new State(ContentPreview.Of(payload), _time.GetTimestamp());
    }

    public State? Find(string topic) => _states.GetValueOrDefault(topic);

    /// <param name="Preview">Its content where it is a short text, its size otherwise.</param>
    /// <param name="At">When, as the clock's timestamp.</param>
    internal sealed record State(string Preview, long At);
}
