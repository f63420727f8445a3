namespace TraceMQ.Tui.Text;

/// <summary>One line of text in pieces of different meaning.</summary>
internal sealed class StyledLine
{
    private readonly List<Span> _spans = [];

    /// <summary>The pieces from the left.</summary>
    public IReadOnlyList<Span> Spans => _spans;

    /// <summary>The line without its meanings.</summary>
    public string Plain => string.Concat(_spans.Select(span => span.Text));

    /// <summary>A line of one piece.</summary>
    public static StyledLine Of(string text, Tone tone = Tone.Normal) => new StyledLine().Add(text, tone);

    /// <summary>Adds a piece at the right.</summary>
    public StyledLine Add(string text, Tone tone = Tone.Normal)
    {
        if (text.Length > 0)
            _spans.Add(new Span(text, tone));
        return this;
    }

    /// <summary>Empties the line, to fill it again.</summary>
    public StyledLine Clear()
    {
        _spans.Clear();
        return this;
    }
}
