using System.Globalization;

namespace TraceMQ.Transport.Nats;

/// <summary>Where a replay stands.</summary>
internal sealed record NatsPoint : ResumePoint
{
    /// <summary>The last message that is not wanted any more: the last delivered one, or the one before the beginning.</summary>
    public ulong Sequence { get; init; }

    /// <summary>The last message of the stream when reading began.</summary>
    public ulong Last { get; init; }

    /// <summary>When the stream was made: another one of the same name counts from 1 again.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>The last message to deliver; null: no end by number.</summary>
    public ulong? End { get; init; }

    /// <summary>Where it begins, where that is a time and nothing was delivered yet.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>Messages stored later are not delivered; null: no end in time.</summary>
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>The history has been told to be over.</summary>
    public bool IsCaughtUp { get; init; }

    /// <summary>Nothing more is to come.</summary>
    public bool IsFinished { get; init; }

    public override string Text => $"sequence {Sequence.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>True where nothing can be wanted that is not stored yet.</summary>
    public bool EndsWithHistory(DateTimeOffset now) => End <= Last || EndTime <= now;
}
