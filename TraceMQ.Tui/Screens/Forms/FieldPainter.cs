using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Forms;

/// <summary>Paints one line of a field.</summary>
internal static class FieldPainter
{
    /// <summary>Paints.</summary>
    public static void Paint(
        Canvas canvas,
        Box place,
        Field field,
        TextEditor editor,
        int line,
        int height,
        bool hasKeys
    )
    {
        switch (field.Kind)
        {
            case FieldKind.Flag:
                PaintFlag(canvas, place, field, hasKeys);
                break;
            case FieldKind.Choice:
                PaintChoice(canvas, place, field, hasKeys);
                break;
            case FieldKind.Text:
                PaintText(canvas, place, editor, line, height, hasKeys);
                break;
            default:
                PaintLine(canvas, place, field, editor, hasKeys);
                break;
        }
    }

    /// <summary>Paints a line being typed, scrolled so that the caret is seen.</summary>
    public static void PaintTyped(
        Canvas canvas,
        Box place,
        string text,
        int caret,
        bool hasKeys,
        Tone tone,
        Ground ground
    )
    {
        canvas.Fill(place, ground);
        var before = SafeText.Line(text.AsSpan(0, caret));
        var skip = Math.Max(0, TextWidth.Of(before) - place.Width + 1);
        var hidden = TextWidth.Cut(before, skip);
        var shown = before[hidden.Length..];
        var x = canvas.Write(place.X, place.Y, shown, tone, ground, place.Width);
        canvas.Write(x, place.Y, SafeText.Line(text.AsSpan(caret)), tone, ground, place.Right - x);
        if (hasKeys && x < place.Right)
            canvas.Lay(x, place.Y, 1, Ground.Caret);
    }

    private static void PaintFlag(Canvas canvas, Box place, Field field, bool hasKeys)
    {
        var isOn = field.Text == "true";
        var x = canvas.Write(
            place.X,
            place.Y,
            isOn ? canvas.Glyphs.Checked : canvas.Glyphs.Unchecked,
            isOn ? Tone.Good : Tone.Normal,
            hasKeys ? Ground.Caret : Ground.Dialog
        );
        canvas.Write(x + 1, place.Y, isOn ? "yes" : "no", hasKeys ? Tone.Normal : Tone.Dim, Ground.Dialog);
    }

    private static void PaintChoice(Canvas canvas, Box place, Field field, bool hasKeys)
    {
        var isShort = field.Choices.Sum(choice => choice.Length + 5) <= place.Width;
        if (!isShort)
        {
            canvas.Write(
                place.X,
                place.Y,
                place.Width,
                StyledLine.Of(SafeText.Line(field.Text, 100)).Add("   Left and Right change it", Tone.Dim),
                hasKeys ? Ground.Selected : Ground.Dialog
            );
            return;
        }

        var x = place.X;
        foreach (var choice in field.Choices)
        {
            var isChosen = choice == field.Text;
            x = canvas.Write(
                x,
                place.Y,
                isChosen ? canvas.Glyphs.Chosen : canvas.Glyphs.Unchosen,
                isChosen ? Tone.Accent : Tone.Dim,
                isChosen && hasKeys ? Ground.Caret : Ground.Dialog
            );
            x =
                canvas.Write(
                    x + 1,
                    place.Y,
                    SafeText.Line(choice, 60),
                    isChosen ? Tone.Bright : Tone.Dim,
                    Ground.Dialog
                ) + 2;
        }
    }

    private static void PaintLine(Canvas canvas, Box place, Field field, TextEditor editor, bool hasKeys)
    {
        var tone = field.Problem.Length > 0 ? Tone.Error : Tone.Normal;
        var isHidden = field.Kind == FieldKind.Secret && !Reference.IsIn(editor.Text);
        var text = isHidden ? new string('*', editor.Text.Length) : editor.Text;
        if (SafeText.Line(field.Before(text), 300) is { Length: > 0 } before)
        {
            var x = canvas.Write(place.X, place.Y, before, Tone.Dim, Ground.Field, place.Width / 2);
            place = place with { X = x, Width = place.Right - x };
        }

        PaintTyped(canvas, place, text, Math.Min(editor.Caret, text.Length), hasKeys, tone, Ground.Field);
        if (text.Length == 0 && field.Placeholder.Length > 0)
            canvas.Write(
                place.X + (hasKeys ? 1 : 0),
                place.Y,
                SafeText.Line(field.Placeholder, 200),
                Tone.Dim,
                Ground.Field,
                place.Width - 1
            );
    }

    private static void PaintText(Canvas canvas, Box place, TextEditor editor, int line, int height, bool hasKeys)
    {
        canvas.Fill(place, Ground.Field);
        var lines = editor.Text.Split('\n');
        var caretLine = editor.Text.AsSpan(0, editor.Caret).Count('\n');
        var top = Math.Clamp(caretLine - height + 1, 0, Math.Max(0, lines.Length - height));
        var at = top + line;
        if (at >= lines.Length)
            return;
        var isCaretHere = at == caretLine;
        var column = isCaretHere
            ? editor.Caret - (editor.Caret == 0 ? 0 : editor.Text.LastIndexOf('\n', editor.Caret - 1) + 1)
            : 0;
        PaintTyped(canvas, place, lines[at], column, hasKeys && isCaretHere, Tone.Normal, Ground.Field);
    }
}
