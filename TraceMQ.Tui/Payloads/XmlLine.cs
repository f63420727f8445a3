namespace TraceMQ.Tui.Payloads;

/// <summary>A line of an XML document: where it stands in the payload.</summary>
internal struct XmlLine
{
    /// <summary>The first byte.</summary>
    public int Start;

    /// <summary>How many bytes.</summary>
    public int Length;

    /// <summary>The line that closes what this one opens; itself where it opens nothing.</summary>
    public int End;

    /// <summary>From 0.</summary>
    public ushort Depth;

    /// <summary>What the line begins with.</summary>
    public XmlLineKind Kind;
}
