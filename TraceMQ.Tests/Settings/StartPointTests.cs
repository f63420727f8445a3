using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Settings;

public sealed class StartPointTests
{
    [Theory]
    [InlineData("earliest", StartKind.Earliest)]
    [InlineData("latest", StartKind.Latest)]
    [InlineData("last:10", StartKind.Last)]
    [InlineData("sequence:42", StartKind.Sequence)]
    [InlineData("offset:0", StartKind.Offset)]
    [InlineData("-20m", StartKind.Ago)]
    [InlineData("2026-11-22T14:00:00Z", StartKind.At)]
    [InlineData("last_per_subject", StartKind.LastPerSubject)]
    [InlineData("end", StartKind.End)]
    public void Every_form_is_read_and_written_back(string text, StartKind kind)
    {
        var point = StartPoint.Parse(text)!;

        Assert.Equal(kind, point.Kind);
        Assert.Equal(text, point.ToString());
        Assert.Equal(point, StartPoint.Parse(point.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("last:0")]
    [InlineData("last:-1")]
    [InlineData("sequence:")]
    [InlineData("offset:1.5")]
    [InlineData("offset:99999999999999999999")]
    [InlineData("-20")]
    [InlineData("--20m")]
    [InlineData("yesterday evening")]
    public void What_is_no_place_is_refused(string text) => Assert.Null(StartPoint.Parse(text));

    [Fact]
    public void A_time_without_a_zone_is_utc_and_ago_counts_from_now()
    {
        var now = new DateTimeOffset(2026, 11, 22, 15, 0, 0, TimeSpan.Zero);

        Assert.Equal(now, StartPoint.Parse("2026-11-22T15:00:00")!.TimeAt(now));
        Assert.Equal(now, StartPoint.Parse("2026-11-22T16:00:00+01:00")!.TimeAt(now));
        Assert.Equal(now.AddMinutes(-20), StartPoint.Parse("-20m")!.TimeAt(now));
        Assert.Null(StartPoint.Earliest.TimeAt(now));
    }

    [Fact]
    public void A_form_that_is_not_allowed_is_named_with_those_that_are()
    {
        var setting = Setting.Start("start", "Where.", StartPoint.Latest, StartKind.Latest, StartKind.Offset);

        Assert.False(setting.TryParse(new RawValue.Text("earliest"), out _, out var problem));
        Assert.Equal("write one of latest, offset:N", problem);
        Assert.True(setting.TryParse(new RawValue.Text("offset:3"), out var value, out _));
        Assert.Equal("offset:3", setting.Format(value));
    }
}
