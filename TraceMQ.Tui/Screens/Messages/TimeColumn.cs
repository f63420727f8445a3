namespace TraceMQ.Tui.Screens.Messages;

/// <summary>What the time column of the list shows.</summary>
internal enum TimeColumn
{
    /// <summary>When we received or sent it.</summary>
    Received,

    /// <summary>The source's own time, where the protocol has one.</summary>
    Source,

    /// <summary>The difference to the row above.</summary>
    Difference,
}
