namespace TraceMQ.Transport;

/// <summary>One fact of one message.</summary>
/// <param name="Field">Which fact.</param>
/// <param name="Value">Its value, of the field's kind.</param>
public readonly record struct Detail(DetailField Field, DetailValue Value);
