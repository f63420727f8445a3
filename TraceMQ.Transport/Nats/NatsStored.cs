namespace TraceMQ.Transport.Nats;

/// <summary>A message as a consumer delivered it.</summary>
/// <param name="Subject">Its whole subject.</param>
/// <param name="Payload">Its payload, which nobody else holds.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Place">Where it stands.</param>
internal sealed record NatsStored(string Subject, byte[] Payload, IReadOnlyList<Header> Headers, NatsPlace Place);
