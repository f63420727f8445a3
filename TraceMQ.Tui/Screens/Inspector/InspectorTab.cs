namespace TraceMQ.Tui.Screens.Inspector;

/// <summary>What the inspector shows of a message.</summary>
internal enum InspectorTab
{
    /// <summary>The payload, with the properties beside it where there is room.</summary>
    Payload,

    /// <summary>Properties and headers.</summary>
    Properties,

    /// <summary>The difference to another message.</summary>
    Diff,

    /// <summary>The kept messages of the same topic.</summary>
    History,
}
