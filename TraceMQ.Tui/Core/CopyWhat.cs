namespace TraceMQ.Tui.Core;

/// <summary>Which part of a message is copied.</summary>
internal enum CopyWhat
{
    /// <summary>The payload as text.</summary>
    Payload,

    /// <summary>The topic.</summary>
    Topic,

    /// <summary>The whole as the JSON line of <c>sub --format json</c>.</summary>
    Json,
}
