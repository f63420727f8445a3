namespace TraceMQ.Transport;

/// <summary>A name and a value that travel beside the payload; names may repeat and their order is kept.</summary>
/// <param name="Name">As the peer wrote it; untrusted.</param>
/// <param name="Value">As the peer wrote it; untrusted.</param>
public readonly record struct Header(string Name, string Value);
