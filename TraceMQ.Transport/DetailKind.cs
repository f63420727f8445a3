namespace TraceMQ.Transport;

/// <summary>The shape of a detail's value: how it is stored, shown and written to JSON.</summary>
public enum DetailKind
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>A 64-bit integer.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>Opaque bytes; base64 in JSON unless they are text.</summary>
    Bytes,

    /// <summary>A list of 64-bit integers.</summary>
    NumberList,

    /// <summary>A point in time, in UTC. The first one of a message is the source's own time.</summary>
    Time,
}
