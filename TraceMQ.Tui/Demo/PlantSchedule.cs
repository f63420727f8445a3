namespace TraceMQ.Tui.Demo;

/// <summary>What is done at which intervals.</summary>
internal sealed class PlantSchedule
{
    // Who was stopped for longer than this goes on from now and does not catch up.
    private static readonly TimeSpan s_mostBehind = TimeSpan.FromSeconds(1);

    private readonly List<Beat> _beats = [];

    /// <summary>Does something again and again, first at <paramref name="first"/>; times count from the start.</summary>
    public void Every(TimeSpan period, TimeSpan first, Action<TimeSpan> work) =>
        _beats.Add(new Beat(period, work) { Next = first });

    /// <summary>Does all that is due.</summary>
    public void Run(TimeSpan elapsed)
    {
        foreach (var beat in _beats)
        {
            if (elapsed - beat.Next > s_mostBehind)
                beat.Next = elapsed;
            while (beat.Next <= elapsed)
            {
                beat.Work(beat.Next);
                beat.Next += beat.Period;
            }
        }
    }

    private sealed record Beat(TimeSpan Period, Action<TimeSpan> Work)
    {
        public TimeSpan Next { get; set; }
    }
}
