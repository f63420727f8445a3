using Terminal.Gui.Drawing;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Terminal;

/// <summary>Colours for a dark terminal.</summary>
internal sealed class DarkPalette : Palette
{
    /// <summary>The one there is.</summary>
    public static DarkPalette Instance { get; } = new();

    /// <inheritdoc/>
    public override Color Assumed => new(0x10, 0x10, 0x10);

    /// <inheritdoc/>
    protected override Color Selected => new(0x1F, 0x3A, 0x5F);

    /// <inheritdoc/>
    protected override Color Remembered => new(0x2A, 0x2E, 0x36);

    /// <inheritdoc/>
    protected override Color Bar => new(0x21, 0x26, 0x2D);

    /// <inheritdoc/>
    protected override Color Dialog => new(0x15, 0x1B, 0x23);

    /// <inheritdoc/>
    protected override Color Field => new(0x22, 0x28, 0x31);

    /// <inheritdoc/>
    protected override Color Caret => new(0xD4, 0xD4, 0xD4);

    /// <inheritdoc/>
    protected override Color Danger => new(0x8B, 0x1A, 0x1A);

    /// <inheritdoc/>
    public override Color Foreground(Tone tone, Ground ground) =>
        ground == Ground.Caret
            ? new Color(0x10, 0x10, 0x10)
            : tone switch
            {
                Tone.Dim => ground == Ground.Selected ? new Color(0xB6, 0xC2, 0xCF) : new Color(0x9A, 0xA0, 0xA8),
                Tone.Bright or Tone.Danger => new Color(0xFF, 0xFF, 0xFF),
                Tone.Accent => new Color(0x6C, 0xB0, 0xFF),
                Tone.Topic => new Color(0x4E, 0xC9, 0xC9),
                Tone.Source => new Color(0xC9, 0x9A, 0xFF),
                Tone.Incoming or Tone.Good => new Color(0x5F, 0xD0, 0x68),
                Tone.Outgoing or Tone.Warning => new Color(0xF0, 0xB4, 0x50),
                Tone.Number => new Color(0xFF, 0xA8, 0x60),
                Tone.String => new Color(0xA8, 0xD8, 0xFF),
                Tone.Key => new Color(0x82, 0xC4, 0xFF),
                Tone.Literal => new Color(0xC9, 0x9A, 0xFF),
                Tone.Error => new Color(0xFF, 0x8A, 0x80),
                Tone.Match => new Color(0xFF, 0xE0, 0x66),
                _ => new Color(0xD4, 0xD4, 0xD4),
            };

    /// <inheritdoc/>
    public override Color Dimmed(Tone tone) =>
        tone switch
        {
            Tone.Topic or Tone.Key or Tone.String => new Color(0x2C, 0x5F, 0x63),
            Tone.Source or Tone.Literal => new Color(0x5C, 0x48, 0x74),
            Tone.Incoming or Tone.Good => new Color(0x2E, 0x60, 0x34),
            Tone.Outgoing or Tone.Warning or Tone.Number => new Color(0x73, 0x52, 0x30),
            Tone.Error or Tone.Danger => new Color(0x74, 0x3C, 0x38),
            _ => new Color(0x5C, 0x5F, 0x64),
        };
}
