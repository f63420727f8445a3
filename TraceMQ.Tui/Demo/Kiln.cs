namespace TraceMQ.Tui.Demo;

/// <summary>A kiln that follows its set point slowly, while what passes through it warms and cools it.</summary>
internal sealed class Kiln
{
    private const double Lag = 8;
    private const double Swing = 18;
    private const double Margin = 10;

    private readonly TimeSpan _period;
    private readonly double _phase;
    private double _celsius;

    public Kiln(int id, string zone, double setPoint, TimeSpan period)
    {
        Id = id;
        Zone = zone;
        SetPoint = setPoint;
        _period = period;
        // The first one is about to get too hot, so that an alarm comes soon after the start.
        _phase = (id - 1) * 2;
        _celsius = setPoint + 4;
    }

    public int Id { get; }

    public string Zone { get; }

    /// <summary>In degrees Celsius.</summary>
    public double SetPoint { get; set; }

    /// <summary>Rounded as its sensor rounds.</summary>
    public double Celsius => Math.Round(_celsius, 1);

    /// <summary>From here on it is too hot.</summary>
    public double Limit => SetPoint + Margin;

    /// <summary>When it became too hot; null while it is not.</summary>
    public DateTimeOffset? HighSince { get; private set; }

    /// <summary>Goes on by one period of its sensor.</summary>
    /// <returns>True where an alarm begins or ends.</returns>
    public bool Step(TimeSpan elapsed, DateTimeOffset now, Random random)
    {
        var load = Swing * Math.Sin((elapsed.TotalSeconds * Math.Tau / 47) + _phase);
        _celsius += (SetPoint + load - _celsius) * _period.TotalSeconds / Lag;
        _celsius += (random.NextDouble() - 0.5) * 0.4;
        if (HighSince is null && Celsius >= Limit)
        {
            HighSince = now;
            return true;
        }

        // A little below the limit, so that noise does not begin and end it many times.
        if (HighSince is not null && Celsius < Limit - 3)
        {
            HighSince = null;
            return true;
        }

        return false;
    }
}
