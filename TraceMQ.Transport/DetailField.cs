namespace TraceMQ.Transport;

/// <summary>One fact that a protocol's messages can carry, declared once for JSON, the inspector and the filter.</summary>
/// <param name="Key">Its name in JSON and in filters, in snake case: <c>content_type</c>.</param>
/// <param name="Label">Its name on the screen: <c>content type</c>.</param>
/// <param name="Kind">The shape of its values.</param>
/// <param name="Help">One sentence, with the section of the specification.</param>
public sealed record DetailField(string Key, string Label, DetailKind Kind, string Help)
{
    /// <summary>True where its value leads the row of a message in the list: the method of a request, the code of a response.</summary>
    public bool IsLead { get; init; }
}
