namespace TraceMQ.Tui.Messages;

/// <summary>Facts of a record that are one bit each.</summary>
[Flags]
internal enum RecordFlags : ushort
{
    None = 0,
    Out = 1,
    Replayed = 2,
    Cut = 4,

    /// <summary>The bytes are an array of their own, and the offset is its index.</summary>
    Big = 8,
    Exchange = 16,

    /// <summary>The source's own time stands before the details.</summary>
    SourceTime = 32,

    /// <summary>No message: all that was stored has come.</summary>
    CaughtUp = 64,

    /// <summary>No message: the end that was asked for is reached.</summary>
    Finished = 128,

    /// <summary>No message: the subscription ended by itself.</summary>
    Broken = 256,

    /// <summary>The topic stands without the connection's prefix.</summary>
    Prefixed = 512,

    Mark = CaughtUp | Finished | Broken,
}
