using System.Globalization;

namespace TraceMQ.Tui.Screens.Forms;

/// <summary>A text with a caret, as it is typed. It knows nothing of the screen.</summary>
internal sealed class TextEditor
{
    /// <summary>Most characters; a longer paste is cut. Longer texts come from the editor or from files.</summary>
    public const int MaximumLength = 1 << 20;

    private readonly bool _hasLines;

    /// <param name="hasLines">Enter makes a new line.</param>
    public TextEditor(bool hasLines) => _hasLines = hasLines;

    /// <summary>The text.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Where the next character goes.</summary>
    public int Caret { get; private set; }

    /// <summary>Takes over a text that was changed elsewhere.</summary>
    public void Set(string text)
    {
        if (text == Text)
            return;
        Text = text;
        Caret = text.Length;
    }

    /// <summary>Puts a text in at the caret.</summary>
    public void Insert(string text)
    {
        var clean = text.ReplaceLineEndings("\n");
        if (!_hasLines)
            clean = clean.Replace('\n', ' ');
        clean = clean[..Math.Min(clean.Length, MaximumLength - Text.Length)];
        Text = Text.Insert(Caret, clean);
        Caret += clean.Length;
    }

    /// <summary>Carries out an editing key.</summary>
    /// <returns>False where it is none.</returns>
    public bool Press(KeyPress key)
    {
        switch (key.Name)
        {
            case "Left":
                Caret = Before(Caret);
                break;
            case "Right":
                Caret = After(Caret);
                break;
            case "Ctrl+Left":
                Caret = WordStart();
                break;
            case "Ctrl+Right":
                Caret = WordEnd();
                break;
            case "Home":
                Caret = LineStart(Caret);
                break;
            case "End":
            case "Ctrl+E":
                Caret = LineEnd(Caret);
                break;
            case "Up" when _hasLines:
                Caret = Vertical(-1);
                break;
            case "Down" when _hasLines:
                Caret = Vertical(1);
                break;
            case "Backspace":
                Delete(Before(Caret), Caret);
                break;
            case "Delete":
                Delete(Caret, After(Caret));
                break;
            case "Ctrl+W":
                Delete(WordStart(), Caret);
                break;
            case "Ctrl+U":
                Delete(LineStart(Caret), Caret);
                break;
            case "Ctrl+K":
                Delete(Caret, LineEnd(Caret));
                break;
            case "Enter" when _hasLines:
                Insert("\n");
                break;
            default:
                if (key.Text.Length == 0)
                    return false;
                Insert(key.Text);
                break;
        }

        return true;
    }

    private void Delete(int from, int to)
    {
        Text = Text.Remove(from, to - from);
        Caret = from;
    }

    // By what a person sees as one character.
    private int Before(int at)
    {
        if (at == 0)
            return 0;
        var line = Math.Max(LineStart(at), at - 64);
        if (line == at)
            return at - 1;
        var last = line;
        for (var next = line; next < at; next += StringInfo.GetNextTextElementLength(Text, next))
            last = next;
        return last;
    }

    private int After(int at) => at >= Text.Length ? Text.Length : at + StringInfo.GetNextTextElementLength(Text, at);

    private int WordStart()
    {
        var at = Caret;
        while (at > 0 && !IsWord(Text[at - 1]))
            at--;
        while (at > 0 && IsWord(Text[at - 1]))
            at--;
        return at;
    }

    private int WordEnd()
    {
        var at = Caret;
        while (at < Text.Length && !IsWord(Text[at]))
            at++;
        while (at < Text.Length && IsWord(Text[at]))
            at++;
        return at;
    }

    private int LineStart(int at) => at == 0 ? 0 : Text.LastIndexOf('\n', at - 1) + 1;

    private int LineEnd(int at)
    {
        var end = Text.IndexOf('\n', at);
        return end < 0 ? Text.Length : end;
    }

    private int Vertical(int by)
    {
        var start = LineStart(Caret);
        var column = Caret - start;
        if (by < 0)
        {
            if (start == 0)
                return 0;
            var above = LineStart(start - 1);
            return Math.Min(above + column, start - 1);
        }

        var end = LineEnd(Caret);
        if (end == Text.Length)
            return end;
        return Math.Min(end + 1 + column, LineEnd(end + 1));
    }

    private static bool IsWord(char character) => char.IsLetterOrDigit(character);
}
