using System.Globalization;

namespace TraceMQ.Transport.Nats;

/// <summary>Where a replay stood.</summary>
/// <param name="Sequence">The last delivered message of the stream; 0 before the first.</param>
/// <param name="End">The last message to deliver; null: no end, or one in time.</param>
/// <param name="IsCaughtUp">The history has been told to be over.</param>
/// <param name="IsFinished">Nothing more is to come.</param>
internal sealed record NatsPoint(ulong Sequence, ulong? End, bool IsCaughtUp, bool IsFinished) : ResumePoint
{
    public override string Text => $"sequence {Sequence.ToString(CultureInfo.InvariantCulture)}";
}
