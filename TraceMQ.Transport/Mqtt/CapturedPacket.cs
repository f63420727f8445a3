namespace TraceMQ.Transport.Mqtt;

/// <summary>A packet as it was on the wire.</summary>
/// <param name="Time">When.</param>
/// <param name="Direction">Which way.</param>
/// <param name="Bytes">Its bytes, at most the first 4 KiB.</param>
/// <param name="Length">Its whole length.</param>
internal readonly record struct CapturedPacket(DateTimeOffset Time, Direction Direction, byte[] Bytes, int Length)
{
    public const int MaximumBytes = 4096;

    public static CapturedPacket Of(DateTimeOffset time, Direction direction, byte[] bytes) =>
        new(time, direction, bytes.Length <= MaximumBytes ? bytes : bytes[..MaximumBytes], bytes.Length);
}
