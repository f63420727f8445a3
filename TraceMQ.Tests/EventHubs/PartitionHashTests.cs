using TraceMQ.Transport.EventHubs;

namespace TraceMQ.Tests.EventHubs;

public sealed class PartitionHashTests
{
    // What mapPartitionKeyToId of @azure/event-hubs 6.0.4 gives for 4, 7 and 32 partitions.
    [Theory]
    [InlineData("", 0, 0, 0)]
    [InlineData("a", 0, 1, 28)]
    [InlineData("kiln-1", 3, 0, 27)]
    [InlineData("twelve bytes", 2, 6, 14)]
    [InlineData("thirteen byte", 1, 3, 1)]
    [InlineData("exactly twenty-four byte", 3, 0, 31)]
    [InlineData("Привет, мир", 1, 0, 9)]
    [InlineData("a much longer key with more than two blocks of twelve", 2, 5, 30)]
    public void A_key_means_the_partition_that_it_means_to_Microsofts_client(string key, int of4, int of7, int of32)
    {
        Assert.Equal(of4, PartitionHash.IndexOf(key, 4));
        Assert.Equal(of7, PartitionHash.IndexOf(key, 7));
        Assert.Equal(of32, PartitionHash.IndexOf(key, 32));
    }
}
