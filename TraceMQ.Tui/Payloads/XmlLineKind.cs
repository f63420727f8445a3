namespace TraceMQ.Tui.Payloads;

/// <summary>What stands on a line of an XML document.</summary>
internal enum XmlLineKind : byte
{
    /// <summary>An element's beginning, or all of a small one.</summary>
    Element,

    /// <summary>An element's end.</summary>
    Close,

    /// <summary>Characters between tags.</summary>
    Text,

    /// <summary>A comment, a processing instruction, a document type.</summary>
    Aside,

    /// <summary>A tag that does not end.</summary>
    Rest,
}
