namespace TraceMQ.Tui.Text;

/// <summary>Breaks a sanitised text at spaces.</summary>
internal static class LineWrap
{
    /// <summary>The lines of at most so many columns.</summary>
    public static IEnumerable<string> Of(string text, int width)
    {
        while (TextWidth.Of(text) > width && width > 8)
        {
            var cut = TextWidth.Cut(text, width);
            var space = cut.LastIndexOf(' ');
            var at = space > width / 3 ? space : cut.Length;
            yield return text[..at];
            text = text[at..].TrimStart();
        }

        yield return text;
    }
}
