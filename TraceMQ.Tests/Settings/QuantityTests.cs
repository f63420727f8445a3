using CsCheck;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Settings;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("500ms", 500)]
    [InlineData("60s", 60_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData("5 m", 300_000)]
    [InlineData("1H", 3_600_000)]
    [InlineData("7d", 604_800_000)]
    public void Durations_are_read_with_their_units(string text, double milliseconds)
    {
        Assert.True(Quantity.TryParseDuration(text, out var value));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("NaNs")]
    [InlineData("1e3s")]
    [InlineData("1,5s")]
    [InlineData("5 weeks")]
    [InlineData("99999999999999d")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(Quantity.TryParseDuration(text, out _));

    [Theory]
    [InlineData("512", 512)]
    [InlineData("512B", 512)]
    [InlineData("16KB", 16 << 10)]
    [InlineData("1.5 mb", 3 << 19)]
    [InlineData("64gb", 64L << 30)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void Sizes_are_read_with_their_units(string text, long bytes)
    {
        Assert.True(Quantity.TryParseSize(text, out var value));
        Assert.Equal(bytes, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("KB")]
    [InlineData("-1")]
    [InlineData("-1KB")]
    [InlineData("1TB")]
    [InlineData("∞GB")]
    [InlineData("9999999999999GB")]
    [InlineData("9223372036854775808")]
    public void What_is_no_size_is_refused(string text) => Assert.False(Quantity.TryParseSize(text, out _));

    [Fact]
    public void Quantities_are_written_in_their_largest_exact_unit()
    {
        Assert.Equal("0s", Quantity.Format(TimeSpan.Zero));
        Assert.Equal("1m", Quantity.Format(TimeSpan.FromSeconds(60)));
        Assert.Equal("90s", Quantity.Format(TimeSpan.FromSeconds(90)));
        Assert.Equal("7d", Quantity.Format(TimeSpan.FromDays(7)));
        Assert.Equal("0.0001ms", Quantity.Format(TimeSpan.FromTicks(1)));
        Assert.Equal("0B", Quantity.FormatSize(0));
        Assert.Equal("1023B", Quantity.FormatSize(1023));
        Assert.Equal("16MB", Quantity.FormatSize(16 << 20));
        Assert.Equal("2048GB", Quantity.FormatSize(2L << 40));
    }

    [Fact]
    public void A_written_duration_reads_back() =>
        Gen.Long[0, 10_000L * 86_400_000]
            .Sample(milliseconds =>
                Quantity.TryParseDuration(Quantity.Format(TimeSpan.FromMilliseconds(milliseconds)), out var value)
                && value == TimeSpan.FromMilliseconds(milliseconds)
            );

    [Fact]
    public void A_written_size_reads_back() =>
        Gen.Long[0, 1L << 52]
            .Sample(size => Quantity.TryParseSize(Quantity.FormatSize(size), out var value) && value == size);

    [Fact]
    public void Any_text_is_read_or_refused() =>
        Gen.String.Sample(text =>
        {
            var isDuration = Quantity.TryParseDuration(text, out var duration);
            var isSize = Quantity.TryParseSize(text, out var size);
            return (isDuration ? duration >= TimeSpan.Zero : duration == TimeSpan.Zero)
                && (isSize ? size >= 0 : size == 0);
        });
}
