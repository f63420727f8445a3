using TraceMQ.Tui.Text;

namespace TraceMQ.Tests.Text;

public sealed class SizeTextTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1 kB")]
    [InlineData(1234, "1.2 kB")]
    [InlineData(9_960, "10 kB")]
    [InlineData(198_700, "199 kB")]
    [InlineData(999_499, "999 kB")]
    [InlineData(999_999, "1 MB")]
    [InlineData(10_485_760, "10 MB")]
    [InlineData(999_999_999, "1 GB")]
    [InlineData(2_500_000_000, "2.5 GB")]
    public void Bytes_are_short_and_never_a_thousand_of_a_unit(long bytes, string text) =>
        Assert.Equal(text, SizeText.Of(bytes));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(842, "842")]
    [InlineData(9_870, "9,870")]
    [InlineData(98_700, "99k")]
    [InlineData(987_000, "987k")]
    [InlineData(999_999, "1M")]
    [InlineData(1_240_000, "1.2M")]
    public void Counts_are_short_and_never_a_thousand_of_a_unit(long count, string text) =>
        Assert.Equal(text, SizeText.Count(count));

    [Theory]
    [InlineData(0, "0.0s")]
    [InlineData(0.24, "0.2s")]
    [InlineData(59.9, "59s")]
    [InlineData(61, "1m")]
    [InlineData(3_600 * 3, "3h")]
    [InlineData(3_600 * 47, "47h")]
    [InlineData(3_600 * 48, "2d")]
    public void Spans_are_in_their_largest_unit(double seconds, string text) =>
        Assert.Equal(text, SizeText.Span(TimeSpan.FromSeconds(seconds)));
}
