namespace TraceMQ.Transport;

/// <summary>Ties a request, its responses and the packets that carried them together; unique within a session.</summary>
/// <param name="Value">A number that the session counts up.</param>
public readonly record struct ExchangeId(long Value);
