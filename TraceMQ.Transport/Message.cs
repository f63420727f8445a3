namespace TraceMQ.Transport;

/// <summary>One message that was received or sent. Every string and byte of it came from outside and is untrusted.</summary>
public sealed class Message
{
    /// <summary>When we received or sent it.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Which way it went.</summary>
    public Direction Direction { get; init; }

    /// <summary>The topic, subject or path; empty where the protocol has none.</summary>
    public required string Topic { get; init; }

    /// <summary>The payload's bytes. Nobody else holds or changes them.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Name and value pairs that travelled beside the payload, in their order.</summary>
    public IReadOnlyList<Header> Headers { get; init; } = [];

    /// <summary>The protocol's facts, declared by <see cref="ITransport.Details"/>.</summary>
    public MessageDetails Details { get; init; } = MessageDetails.Empty;

    /// <summary>The request and response that it belongs to, if any.</summary>
    public ExchangeId? Exchange { get; init; }

    /// <summary>Not <see cref="HistoryMark.None"/> where it is no message but a word about the history before it; its topic is then the subscription's.</summary>
    public HistoryMark Mark { get; init; }

    /// <summary>True where its topic stands without what the profile puts before topics (<see cref="ITransport.TopicPrefix"/>).</summary>
    public bool IsPrefixed { get; init; }

    /// <summary>True when it was stored before we subscribed: it does not count as live (an MQTT retained message).</summary>
    public bool IsReplayed { get; init; }

    /// <summary>The source's own time: the first detail that is one; null where the protocol has none.</summary>
    public DateTimeOffset? SourceTime
    {
        get
        {
            for (var i = 0; i < Details.Count; i++)
            {
                if (Details[i].Value.Kind == DetailKind.Time)
                    return Details[i].Value.Time;
            }

            return null;
        }
    }

    /// <summary>Bytes that it costs while it waits: payload, topic, details and headers with a flat charge for the objects.</summary>
    public int Cost
    {
        get
        {
            var cost = 160 + Payload.Length + (Topic.Length * 2) + Details.Cost;
            foreach (var header in Headers)
                cost += 64 + ((header.Name.Length + header.Value.Length) * 2);
            return cost;
        }
    }
}
