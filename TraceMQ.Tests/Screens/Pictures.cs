using System.Globalization;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tests.Screens;

/// <summary>What must be true of every painted picture.</summary>
internal static class Pictures
{
    /// <summary>Each cell holds one character of its width, and nothing that a terminal would obey.</summary>
    public static void AssertSound(Canvas canvas)
    {
        for (var y = 0; y < canvas.Height; y++)
        {
            var row = canvas.Row(y);
            for (var x = 0; x < row.Length; x++)
            {
                var text = row[x].Text;
                Assert.DoesNotContain(text, IsObeyed);
                var width = TextWidth.Of(text);
                if (text.Length == 0)
                    Assert.True(x > 0 && TextWidth.Of(row[x - 1].Text) == 2, $"half a character at {x},{y}");
                else if (width == 2)
                    Assert.True(x + 1 < row.Length && row[x + 1].Text.Length == 0, $"no room for {text} at {x},{y}");
                else
                    Assert.True(width == 1, $"'{text}' is {width} wide at {x},{y}");
            }
        }
    }

    private static bool IsObeyed(char character) =>
        char.IsControl(character)
        || char.GetUnicodeCategory(character)
            is UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}
