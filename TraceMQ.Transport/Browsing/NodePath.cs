namespace TraceMQ.Transport.Browsing;

/// <summary>Where a node is: the keys from the root, joined with the unit separator so that any key may hold any character.</summary>
/// <param name="Value">The joined keys.</param>
public readonly record struct NodePath(string Value)
{
    private const char Joint = '\u001f';

    /// <summary>The path of a child.</summary>
    public NodePath Child(string key) => new(Value + Joint + key);

    /// <summary>The keys from the root.</summary>
    public string[] Keys => Value.Split(Joint);
}
