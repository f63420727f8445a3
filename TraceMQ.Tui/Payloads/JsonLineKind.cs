namespace TraceMQ.Tui.Payloads;

/// <summary>What stands on a line of a JSON document.</summary>
internal enum JsonLineKind : byte
{
    /// <summary>An opening brace or bracket.</summary>
    Open,

    /// <summary>A closing one.</summary>
    Close,

    /// <summary>An empty object or array.</summary>
    Empty,

    /// <summary>A string.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>true, false or null.</summary>
    Literal,

    /// <summary>What could not be read as JSON, as it came.</summary>
    Rest,
}
