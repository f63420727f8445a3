namespace TraceMQ.Transport.Browsing;

/// <summary>One row of the Browse screen.</summary>
/// <param name="Path">Where it is; identifies it.</param>
/// <param name="Kind">What it is, in the plural of its table: <c>retained topics</c>, <c>clients</c>.</param>
/// <param name="Name">Its name; untrusted.</param>
/// <param name="HasChildren">True where Enter opens it.</param>
/// <param name="Facts">Its columns, the same labels for every node of a kind.</param>
/// <param name="Actions">What can be done with it.</param>
/// <param name="Opens">The subscription that shows its messages, if any.</param>
/// <param name="SendTo">What the publish dialog begins with, if it can be sent to: its topic and options.</param>
public sealed record Node(
    NodePath Path,
    string Kind,
    string Name,
    bool HasChildren,
    IReadOnlyList<Fact> Facts,
    IReadOnlyList<SessionAction> Actions,
    Subscription? Opens = null,
    OutgoingMessage? SendTo = null
)
{
    /// <summary>The value of a fact; empty where it has none of this label.</summary>
    public string FactOf(string label) =>
        Facts.FirstOrDefault(fact => string.Equals(fact.Label, label, StringComparison.Ordinal))?.Value ?? "";

    /// <summary>True where it is not there any more: the listing drops it.</summary>
    public bool IsGone { get; init; }
}
