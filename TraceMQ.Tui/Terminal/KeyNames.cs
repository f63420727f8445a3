using Terminal.Gui.Drivers;
using Terminal.Gui.Input;

namespace TraceMQ.Tui.Terminal;

/// <summary>Gives keys the names that the command table and <c>[keys]</c> use.</summary>
internal static class KeyNames
{
    /// <summary>The name of a key: <c>p</c>, <c>G</c>, <c>?</c>, <c>Ctrl+P</c>, <c>Shift+Tab</c>, <c>Enter</c>, <c>F1</c>; empty for one that has none.</summary>
    public static string Of(Key key)
    {
        var plain = key.NoShift.NoCtrl.NoAlt;
        if (key.IsAlt)
            return "";
        if (Special(plain) is { } special)
            return (key.IsCtrl ? "Ctrl+" : "") + (key.IsShift ? "Shift+" : "") + special;
        if (key.IsCtrl)
        {
            var letter = (char)(plain.KeyCode & KeyCode.CharMask);
            return letter is >= 'A' and <= 'Z' ? $"Ctrl+{letter}" : "";
        }

        var rune = key.AsRune;
        return rune.Value is > ' ' and not 0x7F ? rune.ToString() : "";
    }

    /// <summary>What a key types; empty for one that types nothing.</summary>
    public static string TextOf(Key key)
    {
        if (key.IsAlt || key.IsCtrl)
            return "";
        var rune = key.AsRune;
        return rune.Value is >= ' ' and not 0x7F ? rune.ToString() : "";
    }

    private static string? Special(Key key)
    {
        if (key == Key.Enter)
            return "Enter";
        if (key == Key.Esc)
            return "Esc";
        if (key == Key.Tab)
            return "Tab";
        if (key == Key.Space)
            return "Space";
        if (key == Key.Backspace)
            return "Backspace";
        if (key == Key.Delete)
            return "Delete";
        if (key == Key.CursorUp)
            return "Up";
        if (key == Key.CursorDown)
            return "Down";
        if (key == Key.CursorLeft)
            return "Left";
        if (key == Key.CursorRight)
            return "Right";
        if (key == Key.PageUp)
            return "PageUp";
        if (key == Key.PageDown)
            return "PageDown";
        if (key == Key.Home)
            return "Home";
        if (key == Key.End)
            return "End";
        return key.KeyCode is >= KeyCode.F1 and <= KeyCode.F12 ? $"F{key.KeyCode - KeyCode.F1 + 1}" : null;
    }
}
