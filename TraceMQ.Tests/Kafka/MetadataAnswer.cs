namespace TraceMQ.Tests.Kafka;

/// <summary>The broker's answer to Metadata, version 0 to 2, of which partitions are left out: as a topic looks before it gets them.</summary>
internal static class MetadataAnswer
{
    /// <summary>The answer with only the first partitions of each topic.</summary>
    public static byte[] First(int partitions, byte[] answer, short version)
    {
        var reader = new KafkaBytesReader(answer);
        var writer = new KafkaBytesWriter().Int32(reader.Int32());
        Brokers(reader, writer, version);
        if (version >= 2)
            writer.Text(reader.Text());
        if (version >= 1)
            writer.Int32(reader.Int32());
        var topics = reader.Int32();
        writer.Int32(topics);
        for (var i = 0; i < topics; i++)
        {
            writer.Int16(reader.Int16()).Text(reader.Text());
            if (version >= 1)
                writer.Byte(reader.Byte());
            var count = reader.Int32();
            writer.Int32(Math.Min(count, partitions));
            for (var at = 0; at < count; at++)
                Partition(reader, partitions, writer);
        }

        return writer.ToArray();
    }

    private static void Brokers(KafkaBytesReader reader, KafkaBytesWriter writer, short version)
    {
        var brokers = reader.Int32();
        writer.Int32(brokers);
        for (var i = 0; i < brokers; i++)
        {
            writer.Int32(reader.Int32()).Text(reader.Text()).Int32(reader.Int32());
            if (version >= 1)
                writer.Text(reader.Text());
        }
    }

    private static void Partition(KafkaBytesReader reader, int partitions, KafkaBytesWriter writer)
    {
        var error = reader.Int16();
        var id = reader.Int32();
        var leader = reader.Int32();
        var replicas = Numbers(reader);
        var inSync = Numbers(reader);
        if (id < partitions)
            writer.Int16(error).Int32(id).Int32(leader).Int32s(replicas).Int32s(inSync);
    }

    private static int[] Numbers(KafkaBytesReader reader)
    {
        var numbers = new int[reader.Int32()];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = reader.Int32();
        return numbers;
    }
}
