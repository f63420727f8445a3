using TraceMQ.Transport.Sessions;

namespace TraceMQ.Tests.Sessions;

public sealed class ReconnectPolicyTests
{
    [Fact]
    public void The_first_retry_comes_at_once()
    {
        Assert.Equal(TimeSpan.Zero, new ReconnectPolicy().DelayAfter(1));
    }

    [Fact]
    public void Without_luck_it_doubles_from_half_a_second_to_thirty_seconds()
    {
        var policy = new ReconnectPolicy(new FixedRandom(0.5));

        var seconds = Enumerable.Range(2, 9).Select(failures => policy.DelayAfter(failures).TotalSeconds);

        Assert.Equal([0.5, 1, 2, 4, 8, 16, 30, 30, 30], seconds);
        Assert.Equal(30, policy.DelayAfter(int.MaxValue).TotalSeconds);
    }

    [Theory]
    [InlineData(0.0, 0.8)]
    [InlineData(1.0, 1.2)]
    public void The_jitter_is_a_fifth_either_way(double luck, double seconds)
    {
        Assert.Equal(seconds, new ReconnectPolicy(new FixedRandom(luck)).DelayAfter(3).TotalSeconds, 6);
    }

    private sealed class FixedRandom(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
