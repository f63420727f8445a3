namespace TraceMQ.Transport;

/// <summary>How long and for how many responses to wait.</summary>
/// <param name="Timeout">From the request to the last response.</param>
/// <param name="MaximumResponses">Ends early when as many came; null: all that come in time.</param>
public sealed record RequestOptions(TimeSpan Timeout, int? MaximumResponses = 1);
