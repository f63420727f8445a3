using TraceMQ.Transport;

namespace TraceMQ.Tests.Doubles;

/// <summary>A position that is a number.</summary>
internal sealed record FakePoint(long Offset) : ResumePoint
{
    public override string Text => $"offset {Offset}";
}
