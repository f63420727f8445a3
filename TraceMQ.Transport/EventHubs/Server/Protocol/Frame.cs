namespace TraceMQ.Transport.EventHubs.Server.Protocol;

/// <summary>A frame of AMQP 1.0 (part 2, 2.3).</summary>
/// <param name="IsSasl">True for a frame of SASL (part 5, 5.3.1).</param>
/// <param name="Channel">The channel of the session; 0 for SASL.</param>
/// <param name="Body">What follows the header; empty for a sign of life. Valid until the next frame is read.</param>
internal readonly record struct Frame(bool IsSasl, ushort Channel, ReadOnlyMemory<byte> Body);
