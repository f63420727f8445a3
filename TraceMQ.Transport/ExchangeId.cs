namespace TraceMQ.Transport;

/// <summary>Ties a request, its responses and the packets that carried them together; unique within a connection.</summary>
/// <param name="Value">From <see cref="SessionContext.NextExchange"/>.</param>
public readonly record struct ExchangeId(long Value);
