using Terminal.Gui.Drawing;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tests.Terminal;

public sealed class PaletteTests
{
    [Theory]
    [InlineData("dark")]
    [InlineData("light")]
    public void Every_meaning_is_readable_on_every_ground(string name)
    {
        Palette palette = name == "dark" ? DarkPalette.Instance : LightPalette.Instance;
        var unreadable =
            from tone in Enum.GetValues<Tone>()
            from ground in Enum.GetValues<Ground>()
            let background = palette.Background(ground, tone, isDimmed: false)
            let contrast = Contrast(
                palette.Foreground(tone, ground),
                background == Color.None ? palette.Assumed : background
            )
            where contrast < 4.5 && !(tone == Tone.Danger && ground == Ground.Caret)
            select $"{tone} on {ground}: {contrast:0.0}";

        Assert.Empty(unreadable);
    }

    // WCAG 2.1, relative luminance and contrast ratio.
    private static double Contrast(Color left, Color right)
    {
        var (a, b) = (Luminance(left), Luminance(right));
        return (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
    }

    private static double Luminance(Color color) =>
        (0.2126 * Linear(color.R)) + (0.7152 * Linear(color.G)) + (0.0722 * Linear(color.B));

    private static double Linear(byte channel)
    {
        var value = channel / 255.0;
        return value <= 0.03928 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
