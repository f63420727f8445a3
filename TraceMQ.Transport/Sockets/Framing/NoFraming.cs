namespace TraceMQ.Transport.Sockets.Framing;

/// <summary>A message is what came at once.</summary>
internal sealed class NoFraming() : StreamFraming(LargestRead)
{
    // What comes at once is rarely more, and a thousand clients should not cost more.
    private const int LargestRead = 16 * 1024;

    public override int FirstHeld => LargestRead;

    public override int MaximumHeld => Maximum;

    public override string Words => "none: a message is what comes at once";

    public override bool TryFind(ReadOnlySpan<byte> bytes, ref int searched, out FoundFrame found)
    {
        found = new FoundFrame(0, bytes.Length, bytes.Length);
        return !bytes.IsEmpty;
    }

    public override ReadOnlyMemory<byte> Wrap(ReadOnlyMemory<byte> payload) => payload;

    public override bool IsMessage(ReadOnlySpan<byte> rest) => !rest.IsEmpty;
}
