using System.Text.Json;
using System.Text.Json.Nodes;

namespace TraceMQ.Transport.Coap.Server;

/// <summary>Merges a change into a JSON document (RFC 7396).</summary>
internal static class MergePatch
{
    /// <summary>application/merge-patch+json.</summary>
    public const int Format = 52;

    private static readonly JsonDocumentOptions s_options = new() { MaxDepth = 64 };

    /// <summary>The document after the change; null where one of them is no JSON.</summary>
    public static byte[]? Apply(ReadOnlyMemory<byte> document, ReadOnlyMemory<byte> patch)
    {
        try
        {
            var target = document.IsEmpty ? null : JsonNode.Parse(document.Span, null, s_options);
            var merged = Merge(target, JsonNode.Parse(patch.Span, null, s_options));
            return System.Text.Encoding.UTF8.GetBytes(merged?.ToJsonString() ?? "null");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            // A name that stands twice is an ArgumentException there.
            return null;
        }
    }

    private static JsonNode? Merge(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
            return patch?.DeepClone();
        var result = target as JsonObject ?? [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
                result.Remove(name);
            else
                result[name] = Merge(result[name]?.DeepClone(), value);
        }

        return result;
    }
}
