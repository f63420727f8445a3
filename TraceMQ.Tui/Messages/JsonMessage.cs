using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Messages;

/// <summary>What a line of JSON says of a message to send.</summary>
/// <param name="Topic">The topic; null where the line has none.</param>
/// <param name="Payload">The payload's bytes.</param>
/// <param name="Headers">In the order of the line.</param>
/// <param name="Details">The protocol's facts by their keys, for the settings of the same names. Bytes that are not text read <c>hex:0011…</c>.</param>
internal sealed record JsonMessage(
    string? Topic,
    ReadOnlyMemory<byte> Payload,
    IReadOnlyList<Header> Headers,
    IReadOnlyDictionary<string, RawValue> Details
);
