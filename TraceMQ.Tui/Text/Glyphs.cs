using System.Text;

namespace TraceMQ.Tui.Text;

/// <summary>The drawn characters, in Unicode or in ASCII. Nothing else in the program writes one of them.</summary>
internal sealed record Glyphs
{
    /// <summary>For terminals whose locale is UTF-8.</summary>
    public static Glyphs Unicode { get; } = new();

    /// <summary>For all others.</summary>
    public static Glyphs Ascii { get; } =
        new()
        {
            IsAscii = true,
            Horizontal = "-",
            Vertical = "|",
            TopLeft = "+",
            TopRight = "+",
            BottomLeft = "+",
            BottomRight = "+",
            Connected = "*",
            Idle = "o",
            Waiting = "~",
            Failed = "x",
            Listening = "@",
            Unfolded = "v",
            Folded = ">",
            Incoming = "<",
            Outgoing = ">",
            More = "~",
            Mark = "#",
            Checked = "[x]",
            Unchecked = "[ ]",
            Chosen = "(*)",
            Unchosen = "( )",
            Thumb = "#",
            Separator = "-",
            Nothing = "-",
            Yes = "+",
            No = "!",
            Bars = [" ", ".", ".", ":", ":", "|", "|", "#", "#"],
            OpenAngle = "<",
            CloseAngle = ">",
        };

    /// <summary>True where the terminal shows nothing but ASCII.</summary>
    public bool IsAscii { get; private init; }

    /// <summary>Borders.</summary>
    public string Horizontal { get; private init; } = "─";

    /// <inheritdoc cref="Horizontal"/>
    public string Vertical { get; private init; } = "│";

    /// <inheritdoc cref="Horizontal"/>
    public string TopLeft { get; private init; } = "╭";

    /// <inheritdoc cref="Horizontal"/>
    public string TopRight { get; private init; } = "╮";

    /// <inheritdoc cref="Horizontal"/>
    public string BottomLeft { get; private init; } = "╰";

    /// <inheritdoc cref="Horizontal"/>
    public string BottomRight { get; private init; } = "╯";

    /// <summary>States of a connection.</summary>
    public string Connected { get; private init; } = "●";

    /// <inheritdoc cref="Connected"/>
    public string Idle { get; private init; } = "○";

    /// <inheritdoc cref="Connected"/>
    public string Waiting { get; private init; } = "◐";

    /// <inheritdoc cref="Connected"/>
    public string Failed { get; private init; } = "✗";

    /// <inheritdoc cref="Connected"/>
    public string Listening { get; private init; } = "◉";

    /// <summary>Branches.</summary>
    public string Unfolded { get; private init; } = "▾";

    /// <inheritdoc cref="Unfolded"/>
    public string Folded { get; private init; } = "▸";

    /// <summary>Directions.</summary>
    public string Incoming { get; private init; } = "←";

    /// <inheritdoc cref="Incoming"/>
    public string Outgoing { get; private init; } = "→";

    /// <summary>A text goes on where it was cut.</summary>
    public string More { get; private init; } = "…";

    /// <summary>A marked message.</summary>
    public string Mark { get; private init; } = "◆";

    /// <summary>Fields.</summary>
    public string Checked { get; private init; } = "☑";

    /// <inheritdoc cref="Checked"/>
    public string Unchecked { get; private init; } = "☐";

    /// <inheritdoc cref="Checked"/>
    public string Chosen { get; private init; } = "●";

    /// <inheritdoc cref="Checked"/>
    public string Unchosen { get; private init; } = "○";

    /// <summary>Where in a long list one is.</summary>
    public string Thumb { get; private init; } = "┃";

    /// <summary>Between facts on one line.</summary>
    public string Separator { get; private init; } = "·";

    /// <summary>No value.</summary>
    public string Nothing { get; private init; } = "—";

    /// <summary>Good and bad outcomes.</summary>
    public string Yes { get; private init; } = "✓";

    /// <inheritdoc cref="Yes"/>
    public string No { get; private init; } = "✗";

    /// <summary>Nine heights, the lowest empty.</summary>
    public IReadOnlyList<string> Bars { get; private init; } = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

    /// <summary>Around what is said about a payload.</summary>
    public string OpenAngle { get; private init; } = "⟨";

    /// <inheritdoc cref="OpenAngle"/>
    public string CloseAngle { get; private init; } = "⟩";

    /// <summary>A sanitised text as the terminal can show it, in as many columns: in ASCII a question mark stands for what is not.</summary>
    public string Shown(string text)
    {
        if (!IsAscii || System.Text.Ascii.IsValid(text))
            return text;
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii)
                shown.Append((char)rune.Value);
            else
                shown.Append(Instead(rune), TextWidth.Of(rune));
        }

        return shown.ToString();
    }

    private static char Instead(Rune rune) =>
        rune.Value switch
        {
            '\u00B7' or '\u2014' => '-',
            '\u2026' => '~',
            _ => '?',
        };
}
