using Terminal.Gui.Drawing;
using TraceMQ.Tui.Text;
using Attribute = Terminal.Gui.Drawing.Attribute;

namespace TraceMQ.Tui.Terminal;

/// <summary>Gives each meaning its colour and style. The only place that names a colour.</summary>
internal sealed class Theme
{
    private readonly Attribute[] _attributes;

    private Theme(ThemeName name, Func<Tone, Ground, bool, Attribute> look)
    {
        Name = name;
        var tones = Enum.GetValues<Tone>().Length;
        var grounds = Enum.GetValues<Ground>().Length;
        _attributes = new Attribute[tones * grounds * 2];
        foreach (var tone in Enum.GetValues<Tone>())
        {
            foreach (var ground in Enum.GetValues<Ground>())
            {
                _attributes[Index(tone, ground, false)] = look(tone, ground, false);
                _attributes[Index(tone, ground, true)] = look(tone, ground, true);
            }
        }
    }

    /// <summary>Which it is.</summary>
    public ThemeName Name { get; }

    /// <summary>The look of a cell.</summary>
    public Attribute this[in PaintCell cell] => _attributes[Index(cell.Tone, cell.Ground, cell.IsDimmed)];

    /// <summary>The look of a meaning on a ground.</summary>
    public Attribute Of(Tone tone, Ground ground, bool isDimmed) => _attributes[Index(tone, ground, isDimmed)];

    /// <summary>The theme of a name.</summary>
    public static Theme Of(ThemeName name) =>
        name switch
        {
            ThemeName.Light => new Theme(
                name,
                (tone, ground, dimmed) => Rgb(LightPalette.Instance, tone, ground, dimmed)
            ),
            ThemeName.Sixteen => new Theme(name, Sixteen),
            ThemeName.Mono => new Theme(name, Mono),
            _ => new Theme(name, (tone, ground, dimmed) => Rgb(DarkPalette.Instance, tone, ground, dimmed)),
        };

    private static int Index(Tone tone, Ground ground, bool isDimmed) =>
        (((int)tone * Enum.GetValues<Ground>().Length) + (int)ground) * 2 + (isDimmed ? 1 : 0);

    private static Attribute Rgb(Palette palette, Tone tone, Ground ground, bool isDimmed)
    {
        var foreground = isDimmed ? palette.Dimmed(tone) : palette.Foreground(tone, ground);
        return new Attribute(foreground, palette.Background(ground, tone, isDimmed), StyleOf(tone, ground, isDimmed));
    }

    // Picked by hand for terminals that give sixteen colours of unknown shades: the default foreground, bold, and reverse for the selection.
    private static Attribute Sixteen(Tone tone, Ground ground, bool isDimmed)
    {
        var style = StyleOf(tone, ground, isDimmed);
        if (ground is Ground.Selected or Ground.Caret)
            return new Attribute(
                Color.None,
                Color.None,
                TextStyle.Reverse | (tone == Tone.Bright ? TextStyle.Bold : TextStyle.None)
            );
        if (isDimmed)
            return new Attribute(Color.None, Color.None, TextStyle.Faint);
        Color foreground = tone switch
        {
            Tone.Topic or Tone.Key => new Color(ColorName16.Cyan),
            Tone.Source or Tone.Literal => new Color(ColorName16.Magenta),
            Tone.Incoming or Tone.Good => new Color(ColorName16.Green),
            Tone.Outgoing or Tone.Number or Tone.Warning => new Color(ColorName16.Yellow),
            Tone.Error or Tone.Danger => new Color(ColorName16.Red),
            Tone.Accent => new Color(ColorName16.Blue),
            _ => Color.None,
        };
        return new Attribute(foreground, Color.None, ground == Ground.Remembered ? style | TextStyle.Underline : style);
    }

    private static Attribute Mono(Tone tone, Ground ground, bool isDimmed)
    {
        var style = StyleOf(tone, ground, isDimmed);
        if (ground is Ground.Selected or Ground.Caret)
            style |= TextStyle.Reverse;
        if (ground == Ground.Remembered || tone == Tone.Error)
            style |= TextStyle.Underline;
        return new Attribute(Color.None, Color.None, style);
    }

    private static TextStyle StyleOf(Tone tone, Ground ground, bool isDimmed) =>
        isDimmed
            ? TextStyle.Faint
            : tone switch
            {
                Tone.Bright or Tone.Danger => TextStyle.Bold,
                Tone.Accent when ground == Ground.Bar => TextStyle.Bold,
                Tone.Match => TextStyle.Bold | TextStyle.Underline,
                _ => TextStyle.None,
            };
}
