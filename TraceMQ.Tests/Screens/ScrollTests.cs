using CsCheck;
using TraceMQ.Tui.Screens;
using TraceMQ.Tui.Terminal;

namespace TraceMQ.Tests.Screens;

public sealed class ScrollTests
{
    [Theory]
    [InlineData("up", 5, 4)]
    [InlineData("up", 0, 0)]
    [InlineData("down", 99, 99)]
    [InlineData("page-down", 5, 15)]
    [InlineData("page-up", 5, 0)]
    [InlineData("half-page-down", 5, 10)]
    [InlineData("half-page-up", 9, 4)]
    [InlineData("first", 50, 0)]
    [InlineData("last", 50, 99)]
    public void Commands_move_within_the_rows(string command, long from, long to)
    {
        var scroll = new Scroll();
        scroll.Fit(100, 10);
        Assert.Equal(to, scroll.Move(command, from));
    }

    [Fact]
    public void Showing_a_row_scrolls_no_more_than_needed()
    {
        var scroll = new Scroll();
        scroll.Fit(100, 10);
        scroll.Show(9);
        Assert.Equal(0, scroll.Top);
        scroll.Show(10);
        Assert.Equal(1, scroll.Top);
        scroll.Show(50);
        scroll.Show(45);
        Assert.Equal(41, scroll.Top);
        Assert.Null(scroll.Move("publish", 5));
    }

    [Fact]
    public void The_window_never_leaves_the_rows() =>
        Gen.Select(
                Gen.Long[0, 50],
                Gen.Int[0, 20],
                Gen.Long[0, 60],
                Gen.Bool.Select(isUp => isUp ? MouseKind.WheelUp : MouseKind.WheelDown)
            )
            .Sample(
                (count, height, row, wheel) =>
                {
                    var scroll = new Scroll { Top = row };
                    scroll.Fit(count, height);
                    scroll.Show(Math.Min(row, Math.Max(0, count - 1)));
                    Assert.True(scroll.Wheel(new MouseAction(wheel, 0, 0)));
                    Assert.InRange(scroll.Top, 0, Math.Max(0, count - scroll.Height));
                }
            );
}
