using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport;

/// <summary>A message to send.</summary>
public sealed record OutgoingMessage
{
    /// <summary>The topic, subject or path; empty where the protocol has none.</summary>
    public required string Topic { get; init; }

    /// <summary>The payload's bytes.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Name and value pairs to send beside it.</summary>
    public IReadOnlyList<Header> Headers { get; init; } = [];

    /// <summary>Values of the protocol's <see cref="ITransport.PublishSettings"/>.</summary>
    public SettingValues Options { get; init; } = SettingValues.Empty;
}
