using Terminal.Gui.Drawing;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Terminal;

/// <summary>The colours of a true colour theme. Every pair is readable: a test holds each to a contrast of at least 4.5 to 1.</summary>
internal abstract class Palette
{
    /// <summary>The colour that the terminal's own background is taken for, to measure contrast.</summary>
    public abstract Color Assumed { get; }

    /// <summary>The colour of a meaning.</summary>
    public abstract Color Foreground(Tone tone, Ground ground);

    /// <summary>The colour of a meaning behind a dialog.</summary>
    public abstract Color Dimmed(Tone tone);

    /// <summary>The colour of a ground; <see cref="Color.None"/> for the terminal's own.</summary>
    public Color Background(Ground ground, Tone tone, bool isDimmed) =>
        tone == Tone.Danger && !isDimmed
            ? Danger
            : ground switch
            {
                Ground.Selected => Selected,
                Ground.Remembered => Remembered,
                Ground.Bar => Bar,
                Ground.Dialog => Dialog,
                Ground.Field => Field,
                Ground.Caret => Caret,
                _ => Color.None,
            };

    /// <summary>The grounds.</summary>
    protected abstract Color Selected { get; }

    /// <inheritdoc cref="Selected"/>
    protected abstract Color Remembered { get; }

    /// <inheritdoc cref="Selected"/>
    protected abstract Color Bar { get; }

    /// <inheritdoc cref="Selected"/>
    protected abstract Color Dialog { get; }

    /// <inheritdoc cref="Selected"/>
    protected abstract Color Field { get; }

    /// <inheritdoc cref="Selected"/>
    protected abstract Color Caret { get; }

    /// <inheritdoc cref="Selected"/>
    protected abstract Color Danger { get; }
}
