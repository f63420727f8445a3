using System.Runtime.CompilerServices;

namespace TraceMQ.Tui.Messages;

/// <summary>Counts of a topic or of a branch. Written by one thread, read by any: every number is one aligned word.</summary>
internal sealed class TopicTraffic
{
    /// <summary>Seconds of history.</summary>
    public const int SparkSeconds = 8;

    private Spark _spark;
    private long _second;
    private long _count;
    private long _bytes;
    private long _lastLive;
    private long _firstLive;

    public long Count => Volatile.Read(ref _count);

    /// <summary>Payload bytes.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>UTC ticks of the last live message; 0 where all were stored ones.</summary>
    public long LastLiveTicks => Volatile.Read(ref _lastLive);

    public TopicTraffic Copy() => (TopicTraffic)MemberwiseClone();

    public void Add(long ticks, int bytes, bool isReplayed)
    {
        Volatile.Write(ref _count, _count + 1);
        Volatile.Write(ref _bytes, _bytes + bytes);
        if (isReplayed)
            return;
        if (_firstLive == 0)
            Volatile.Write(ref _firstLive, ticks);
        if (ticks > _lastLive)
            Volatile.Write(ref _lastLive, ticks);
        var second = ticks / TimeSpan.TicksPerSecond;
        if (second > _second)
            Forward(second);
        if (second > _second - SparkSeconds)
            _spark[(int)(second % SparkSeconds)]++;
    }

    /// <summary>Messages in each of the last seconds, the running one last.</summary>
    public void ReadSpark(long nowTicks, Span<int> into)
    {
        var now = nowTicks / TimeSpan.TicksPerSecond;
        var written = Volatile.Read(ref _second);
        for (var i = 0; i < SparkSeconds; i++)
        {
            var second = now - SparkSeconds + 1 + i;
            into[i] = second <= written && second > written - SparkSeconds ? _spark[(int)(second % SparkSeconds)] : 0;
        }
    }

    /// <summary>Live messages a second over the last seconds.</summary>
    public double Rate(long nowTicks)
    {
        Span<int> spark = stackalloc int[SparkSeconds];
        ReadSpark(nowTicks, spark);
        long sum = 0;
        foreach (var count in spark)
            sum += count;
        if (sum == 0)
            return 0;
        var window = ((SparkSeconds - 1) * TimeSpan.TicksPerSecond) + (nowTicks % TimeSpan.TicksPerSecond);
        window = Math.Clamp(nowTicks - Volatile.Read(ref _firstLive), TimeSpan.TicksPerSecond, window);
        return sum * (double)TimeSpan.TicksPerSecond / window;
    }

    private void Forward(long second)
    {
        for (var empty = Math.Max(_second + 1, second - SparkSeconds + 1); empty <= second; empty++)
            _spark[(int)(empty % SparkSeconds)] = 0;
        Volatile.Write(ref _second, second);
    }

    [InlineArray(SparkSeconds)]
    private struct Spark
    {
        private int _first;
    }
}
