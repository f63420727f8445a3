using Terminal.Gui.Drawing;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Terminal;

/// <summary>Colours for a light terminal.</summary>
internal sealed class LightPalette : Palette
{
    /// <summary>The one there is.</summary>
    public static LightPalette Instance { get; } = new();

    /// <inheritdoc/>
    public override Color Assumed => new(0xFD, 0xFD, 0xFD);

    /// <inheritdoc/>
    protected override Color Selected => new(0xCF, 0xE3, 0xFA);

    /// <inheritdoc/>
    protected override Color Remembered => new(0xE4, 0xE7, 0xEB);

    /// <inheritdoc/>
    protected override Color Bar => new(0xE9, 0xEC, 0xF0);

    /// <inheritdoc/>
    protected override Color Dialog => new(0xF4, 0xF6, 0xF9);

    /// <inheritdoc/>
    protected override Color Field => new(0xE6, 0xEA, 0xEF);

    /// <inheritdoc/>
    protected override Color Caret => new(0x2A, 0x2A, 0x2A);

    /// <inheritdoc/>
    protected override Color Danger => new(0x9B, 0x1C, 0x1C);

    /// <inheritdoc/>
    public override Color Foreground(Tone tone, Ground ground) =>
        ground == Ground.Caret
            ? new Color(0xFD, 0xFD, 0xFD)
            : tone switch
            {
                Tone.Dim => new Color(0x55, 0x5B, 0x63),
                Tone.Bright => new Color(0x00, 0x00, 0x00),
                Tone.Danger => new Color(0xFF, 0xFF, 0xFF),
                Tone.Accent => new Color(0x0B, 0x53, 0xA8),
                Tone.Topic => new Color(0x00, 0x5F, 0x66),
                Tone.Source => new Color(0x6A, 0x2C, 0xA8),
                Tone.Incoming or Tone.Good => new Color(0x1A, 0x62, 0x26),
                Tone.Outgoing or Tone.Warning => new Color(0x80, 0x4A, 0x00),
                Tone.Number => new Color(0x8F, 0x3E, 0x00),
                Tone.String => new Color(0x0A, 0x50, 0x80),
                Tone.Key => new Color(0x0B, 0x4F, 0x9C),
                Tone.Literal => new Color(0x6A, 0x2C, 0xA8),
                Tone.Error => new Color(0xA8, 0x1C, 0x1C),
                Tone.Match => new Color(0x7A, 0x3E, 0x00),
                _ => new Color(0x22, 0x22, 0x22),
            };

    /// <inheritdoc/>
    public override Color Dimmed(Tone tone) => new(0xA4, 0xA8, 0xAE);
}
