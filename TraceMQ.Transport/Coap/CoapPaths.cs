namespace TraceMQ.Transport.Coap;

/// <summary>Paths with queries as topics: <c>/sensors/kiln?unit=C</c>. There are no wildcards; the empty one is the path of the url.</summary>
internal sealed class CoapPaths : TopicSyntax
{
    public override string Term => "path";

    public override char? Separator => '/';

    public override string Wildcards => "";

    public override string Everything => "the path of the url";

    public override string Below(string topic) => topic;

    public override string? Validate(string topic) => CoapPath.ProblemOf(topic);

    public override string? ValidatePattern(string pattern) => CoapPath.ProblemOf(pattern);

    public override bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> topic) =>
        pattern.IsEmpty || pattern.SequenceEqual(topic);
}
