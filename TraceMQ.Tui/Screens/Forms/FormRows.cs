using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Forms;

/// <summary>Lays a form out in rows.</summary>
internal static class FormRows
{
    /// <summary>The rows from the top.</summary>
    public static IReadOnlyList<FormRow> Of(Form form, int width, int labelWidth, int textHeight)
    {
        var rows = new List<FormRow>();
        foreach (var note in form.Notes)
            rows.AddRange(LineWrap.Of(SafeText.Line(note, 2000), width).Select(line => Words(line, Tone.Normal)));
        if (form.Notes.Count > 0 && form.Fields.Count > 0)
            rows.Add(Words("", Tone.Normal));
        for (var i = 0; i < form.Fields.Count; i++)
        {
            var field = form.Fields[i];
            if (field.Heading.Length > 0)
            {
                rows.Add(Words("", Tone.Normal));
                rows.Add(Words(field.Heading, Tone.Accent));
            }

            var height = field.Kind == FieldKind.Text ? textHeight : 1;
            for (var line = 0; line < height; line++)
                rows.Add(new FormRow(i, line, IsHint: false, Text: null));
            if (i == form.FocusedField || field.Problem.Length > 0)
                rows.Add(new FormRow(i, height, IsHint: true, Text: null));
        }

        return rows;
    }

    private static FormRow Words(string text, Tone tone) => new(-1, 0, IsHint: false, StyledLine.Of(text, tone));
}
