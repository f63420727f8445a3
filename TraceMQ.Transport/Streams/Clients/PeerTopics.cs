namespace TraceMQ.Transport.Streams.Clients;

/// <summary>Topics of protocols that have none: a client's messages have an empty one, a server's that of the peer's address.</summary>
internal sealed class PeerTopics : TopicSyntax
{
    public override string Term => "peer";

    public override char? Separator => null;

    public override string Wildcards => "";

    public override string Below(string topic) => topic;

    public override string? Validate(string topic) =>
        topic.Any(char.IsControl) ? "an address has no control characters" : null;

    public override string? ValidatePattern(string pattern) => Validate(pattern);

    public override bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> topic) =>
        pattern.IsEmpty || pattern.SequenceEqual(topic);
}
