namespace TraceMQ.Transport.Settings;

/// <summary>A profile as it was written: references not resolved, values not checked.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Protocol">The name of its transport.</param>
/// <param name="Values">By dotted key, without <c>protocol</c>; a map setting's table stays one value.</param>
public sealed record RawProfile(string Name, string Protocol, IReadOnlyDictionary<string, RawValue> Values);
