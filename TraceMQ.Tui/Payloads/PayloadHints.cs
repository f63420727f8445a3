using TraceMQ.Transport;

namespace TraceMQ.Tui.Payloads;

/// <summary>What is known about a payload beside its bytes.</summary>
/// <param name="ContentType">As the sender named it; null where it did not.</param>
internal sealed record PayloadHints(string? ContentType = null)
{
    // What protocols call it.
    private static readonly string[] s_keys = ["content_type", "content_format"];

    /// <summary>What a message says of its payload.</summary>
    public static PayloadHints Of(Message message) =>
        new(s_keys.Select(key => message.Details.Find(key)?.Text).FirstOrDefault(text => text is not null));
}
