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
    public void Half_a_minute_long_it_tries_within_a_second_and_then_ever_less_up_to_thirty_seconds()
    {
        var policy = new ReconnectPolicy(new FixedRandom(0.5));

        var eager = Enumerable.Range(2, 39).Select(failures => policy.DelayAfter(failures).TotalSeconds).ToList();
        var patient = Enumerable.Range(41, 7).Select(failures => policy.DelayAfter(failures).TotalSeconds);

        Assert.Equal([0.25, 0.5, 0.75, 0.75], eager[..4]);
        Assert.All(eager, delay => Assert.InRange(delay, 0.25, 0.75));
        Assert.InRange(eager.Sum(), 25, 35);
        Assert.Equal([1.5, 3, 6, 12, 24, 30, 30], patient);
        Assert.Equal(30, policy.DelayAfter(int.MaxValue).TotalSeconds);
    }

    [Theory]
    [InlineData(0.0, 0.4)]
    [InlineData(1.0, 0.6)]
    public void The_jitter_is_a_fifth_either_way(double luck, double seconds)
    {
        Assert.Equal(seconds, new ReconnectPolicy(new FixedRandom(luck)).DelayAfter(3).TotalSeconds, 6);
    }

    private sealed class FixedRandom(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
