namespace TraceMQ.Tests.Mqtt;

/// <summary>Packets as bytes, for brokers that are a script.</summary>
internal static class MqttPackets
{
    public static byte[] Accepted { get; } = [0x20, 0x03, 0x00, 0x00, 0x00];

    public static byte[] Resumed { get; } = [0x20, 0x03, 0x01, 0x00, 0x00];

    /// <summary>Reads one whole packet of at most 127 bytes of body, its two bytes of header included.</summary>
    public static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[2];
        await stream.ReadExactlyAsync(header, cancellationToken);
        Assert.True(header[1] < 0x80, "the packet is longer than this reader takes");
        var packet = new byte[2 + header[1]];
        header.CopyTo(packet, 0);
        await stream.ReadExactlyAsync(packet.AsMemory(2), cancellationToken);
        return packet;
    }

    /// <summary>Reads on to the next packet of a kind (its first byte) and passes over others.</summary>
    public static async Task<byte[]> ReadAsync(Stream stream, byte kind, CancellationToken cancellationToken)
    {
        while (true)
        {
            var packet = await ReadAsync(stream, cancellationToken);
            if (packet[0] == kind)
                return packet;
        }
    }

    /// <summary>A PUBLISH of MQTT 5.0 on topic <c>a</c> without properties.</summary>
    public static byte[] Publish(int qos, ushort id, string payload, bool isDuplicate = false) =>
        [
            (byte)(0x30 | (qos << 1) | (isDuplicate ? 0x08 : 0)),
            .. Length(6 + payload.Length),
            0x00,
            0x01,
            (byte)'a',
            (byte)(id >> 8),
            (byte)id,
            0x00,
            .. System.Text.Encoding.ASCII.GetBytes(payload),
        ];

    public static byte[] PubRel(ushort id) => [0x62, 0x02, (byte)(id >> 8), (byte)id];

    private static IEnumerable<byte> Length(int length)
    {
        for (; length >= 0x80; length >>= 7)
            yield return (byte)(length | 0x80);
        yield return (byte)length;
    }
}
