namespace TraceMQ.Transport.Settings;

/// <summary>The ways to name a place in a stored stream.</summary>
public enum StartKind
{
    /// <summary><c>earliest</c>: the oldest that is stored.</summary>
    Earliest,

    /// <summary><c>latest</c>: only what comes from now on.</summary>
    Latest,

    /// <summary><c>last:N</c>: the newest N.</summary>
    Last,

    /// <summary><c>sequence:N</c>: the one with this sequence number.</summary>
    Sequence,

    /// <summary><c>offset:N</c>: the one at this offset.</summary>
    Offset,

    /// <summary><c>-20m</c>: so long ago.</summary>
    Ago,

    /// <summary><c>2026-11-22T14:00:00Z</c>: a time.</summary>
    At,

    /// <summary><c>last_per_subject</c>: the newest of each subject (JetStream).</summary>
    LastPerSubject,

    /// <summary><c>end</c>: where the stream ended when reading began; only as an end.</summary>
    End,
}
