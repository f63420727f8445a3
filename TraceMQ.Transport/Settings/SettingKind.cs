namespace TraceMQ.Transport.Settings;

/// <summary>How a setting is written, shown in a form and checked.</summary>
public enum SettingKind
{
    /// <summary>One line of text.</summary>
    Text,

    /// <summary>Several lines of text.</summary>
    LongText,

    /// <summary>A text that must not be seen.</summary>
    Secret,

    /// <summary>The path of a file.</summary>
    File,

    /// <summary>An integer with a range.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>A number with a unit: <c>100ms</c>, <c>60s</c>, <c>5m</c>, <c>1h</c>, <c>7d</c>.</summary>
    Duration,

    /// <summary>A number of bytes: <c>512</c>, <c>16KB</c>, <c>64MB</c>, <c>1GB</c>; a unit is 1024 of the one before.</summary>
    Size,

    /// <summary>A list of texts; one text alone is a list of one.</summary>
    TextList,

    /// <summary>Names with texts.</summary>
    Map,

    /// <summary>Subscriptions: topics, or tables with <c>topic</c> and the protocol's settings of a subscription.</summary>
    Subscriptions,
}
