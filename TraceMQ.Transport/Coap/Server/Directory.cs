using System.Text;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>The list of resources with its filters (RFC 6690, sections 2 and 4.1).</summary>
internal static class Directory
{
    /// <param name="resources">All of them.</param>
    /// <param name="filters">Of the query: <c>rt=temp*</c>; all have to match.</param>
    public static byte[] List(IEnumerable<Resource> resources, IReadOnlyList<string> filters)
    {
        var text = new StringBuilder();
        foreach (var resource in resources)
        {
            if (!filters.All(filter => Matches(resource, filter)))
                continue;
            if (text.Length > 0)
                text.Append(',');
            text.Append('<').Append(resource.Path).Append('>');
            foreach (var attribute in resource.Attributes)
                Append(text, attribute);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Append(StringBuilder text, Header attribute)
    {
        text.Append(';').Append(attribute.Name);
        if (attribute.Name is "ct" or "sz")
            text.Append('=').Append(attribute.Value);
        else if (attribute.Value.Length > 0)
            text.Append("=\"").Append(attribute.Value.Replace("\\", @"\\").Replace("\"", "\\\"")).Append('"');
    }

    private static bool Matches(Resource resource, string filter)
    {
        var equals = filter.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? filter : filter[..equals];
        var wanted = equals < 0 ? "*" : filter[(equals + 1)..];
        if (name == "href")
            return IsLike(resource.Path, wanted);
        // rt and if hold several values, separated by spaces.
        return resource
            .Attributes.Where(attribute => attribute.Name == name)
            .SelectMany(attribute => attribute.Name is "rt" or "if" ? attribute.Value.Split(' ') : [attribute.Value])
            .Any(value => IsLike(value, wanted));
    }

    private static bool IsLike(string value, string wanted) =>
        wanted.EndsWith('*') ? value.StartsWith(wanted[..^1], StringComparison.Ordinal) : value == wanted;
}
