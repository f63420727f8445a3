using TraceMQ.Tui.Core;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Screens.Publish;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Forms;

/// <summary>Paints every dialog and takes what is typed into it. Carets and scrolling are its own; texts are the state's.</summary>
internal sealed class FormScreen : IOverlayScreen
{
    private const int LabelWidth = 22;
    private const int MaximumWidth = 84;
    private const int TextHeight = 8;

    private readonly Dictionary<string, TextEditor> _editors = new(StringComparer.Ordinal);
    private readonly Scroll _scroll = new();
    private readonly TopicTree _topics;
    private string _title = "";
    private Type? _type;
    private Box _box;
    private readonly List<(Box Box, int Field)> _places = [];
    private int _shownField = -1;

    public FormScreen(TopicTree topics) => _topics = topics;

    /// <inheritdoc/>
    public void Paint(Canvas canvas, AppState state, Overlay overlay)
    {
        var form = (Form)overlay;
        Begin(form);
        var width = Math.Min(MaximumWidth, canvas.Width - 4);
        var rows = FormRows.Of(form, width - 4, LabelWidth, TextHeight);
        var height = Math.Min(canvas.Height - 2, rows.Count + 6);
        _box = new Box((canvas.Width - width) / 2, Math.Max(1, (canvas.Height - height) / 2), width, height);
        canvas.Fill(_box, Ground.Dialog);
        canvas.Border(
            _box,
            StyledLine.Of(SafeText.Line(form.Title, width), Tone.Bright),
            StyledLine.Of(SafeText.Line(form.Subtitle, 40), Tone.Dim),
            form.IsDangerous ? Tone.Error : Tone.Accent,
            Ground.Dialog
        );
        var inner = new Box(_box.X + 2, _box.Y + 2, width - 4, height - 6);
        _scroll.Fit(rows.Count, inner.Height);
        if (_shownField != form.FocusedField)
            Reveal(rows, form.FocusedField);
        _shownField = form.FocusedField;
        _places.Clear();
        for (var y = 0; y < inner.Height && _scroll.Top + y < rows.Count; y++)
            PaintRow(canvas, state, form, rows[(int)_scroll.Top + y], inner, inner.Y + y);
        canvas.Thumb(inner with { Width = inner.Width + 1 }, rows.Count, _scroll.Top);
        PaintFoot(canvas, form, inner);
    }

    /// <inheritdoc/>
    public AppEvent? Key(KeyPress key, string? command, AppState state, Overlay overlay)
    {
        var form = (Form)overlay;
        Begin(form);
        var field = form.FocusedField < form.Fields.Count ? form.Fields[form.FocusedField] : null;
        switch (command)
        {
            case "do":
                return new FormSubmitted();
            case "next-field":
                return Step(form, 1);
            case "previous-field":
                return Step(form, -1);
            case "edit-text":
                return field is { Kind: FieldKind.Text }
                    ? new FieldEditAsked(field.Key)
                    : new AppEvent.Told(
                        StatusLevel.Information,
                        "$EDITOR opens for texts of several lines; Tab goes to one"
                    );
        }

        if (field is null)
            return key.Name == "Enter" ? new FormSubmitted() : null;
        return field.Kind switch
        {
            FieldKind.Flag => Flag(key, form, field),
            FieldKind.Choice => Choose(key, form, field),
            _ => Type(key, state, form, field),
        };
    }

    /// <inheritdoc/>
    public AppEvent? Mouse(MouseAction mouse, AppState state, Overlay overlay)
    {
        if (_scroll.Wheel(mouse))
            return null;
        if (mouse.Kind is not (MouseKind.Click or MouseKind.DoubleClick))
            return null;
        var form = (Form)overlay;
        if (mouse.Y == _box.Bottom - 2 && mouse.X >= _box.Right - 2 - ButtonText(form).Length)
            return new FormSubmitted();
        var place = _places.Find(candidate => candidate.Box.Contains(mouse.X, mouse.Y));
        if (place.Box.Width == 0)
            return null;
        var field = form.Fields[place.Field];
        return field.Kind == FieldKind.Flag && form.FocusedField == place.Field
            ? Toggle(field)
            : new FieldFocused(place.Field);
    }

    private static FieldFocused Step(Form form, int by) =>
        new(form.Fields.Count == 0 ? 0 : (form.FocusedField + by + form.Fields.Count) % form.Fields.Count);

    private static AppEvent? Flag(KeyPress key, Form form, Field field) =>
        key.Name switch
        {
            "Space" or "Enter" => Toggle(field),
            "Up" => Step(form, -1),
            "Down" => Step(form, 1),
            _ => null,
        };

    private static FieldTyped Toggle(Field field) => new(field.Key, field.Text == "true" ? "false" : "true");

    private static AppEvent? Choose(KeyPress key, Form form, Field field)
    {
        var at = Math.Max(0, field.Choices.ToList().IndexOf(field.Text));
        switch (key.Name)
        {
            case "Up":
                return Step(form, -1);
            case "Down" or "Enter":
                return Step(form, 1);
            case "Left":
                return new FieldTyped(field.Key, field.Choices[(at + field.Choices.Count - 1) % field.Choices.Count]);
            case "Right" or "Space":
                return new FieldTyped(field.Key, field.Choices[(at + 1) % field.Choices.Count]);
        }

        var typed = field.Choices.FirstOrDefault(choice =>
            key.Text.Length > 0 && choice.StartsWith(key.Text, StringComparison.OrdinalIgnoreCase)
        );
        return typed is null ? null : new FieldTyped(field.Key, typed);
    }

    private AppEvent? Type(KeyPress key, AppState state, Form form, Field field)
    {
        var editor = _editors[field.Key];
        editor.Set(field.Text);
        if (field.Kind != FieldKind.Text)
        {
            switch (key.Name)
            {
                case "Up":
                    return Step(form, -1);
                case "Down" or "Enter":
                    return form.Fields.Count == 1 ? new FormSubmitted() : Step(form, 1);
                case "Right"
                    when editor.Caret == editor.Text.Length
                        && Completions(state, form, field).FirstOrDefault() is { } completion:
                    return new FieldTyped(field.Key, completion);
            }
        }

        var before = editor.Text;
        return editor.Press(key) && editor.Text != before ? new FieldTyped(field.Key, editor.Text) : null;
    }

    private void Begin(Form form)
    {
        if (form.Title != _title || form.GetType() != _type)
        {
            _editors.Clear();
            _scroll.Top = 0;
            _shownField = -1;
            (_title, _type) = (form.Title, form.GetType());
        }

        foreach (var field in form.Fields)
        {
            if (!_editors.ContainsKey(field.Key))
                _editors[field.Key] = new TextEditor(hasLines: field.Kind == FieldKind.Text);
            _editors[field.Key].Set(field.Text);
        }
    }

    private void Reveal(IReadOnlyList<FormRow> rows, int field)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Field == field)
                _scroll.Show(i);
        }

        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Field != field)
                continue;
            _scroll.Show(i);
            break;
        }
    }

    private void PaintRow(Canvas canvas, AppState state, Form form, FormRow row, Box inner, int y)
    {
        if (row.Text is { } text)
        {
            canvas.Write(inner.X, y, inner.Width, text, Ground.Dialog);
            return;
        }

        var field = form.Fields[row.Field];
        var hasKeys = row.Field == form.FocusedField;
        if (row.Line == 0)
            canvas.Write(
                inner.X,
                y,
                TextWidth.Cut(SafeText.Line(field.Label, 60), LabelWidth - 1),
                hasKeys ? Tone.Bright : Tone.Dim,
                Ground.Dialog
            );
        var place = new Box(inner.X + LabelWidth, y, inner.Width - LabelWidth, 1);
        _places.Add((new Box(inner.X, y, inner.Width, 1), row.Field));
        if (row.IsHint)
            canvas.Write(place.X, y, place.Width, Hint(state, form, field), Ground.Dialog);
        else
            FieldPainter.Paint(canvas, place, field, _editors[field.Key], row.Line, TextHeight, hasKeys);
    }

    private StyledLine Hint(AppState state, Form form, Field field)
    {
        if (field.Problem.Length > 0)
            return StyledLine.Of(field.Problem, Tone.Error);
        var completions = Completions(state, form, field).Take(4).ToArray();
        return completions.Length > 0
            ? StyledLine.Of(string.Join("  ", completions.Select(item => SafeText.Line(item, 60))), Tone.Dim)
            : StyledLine.Of(field.Help, Tone.Dim);
    }

    private IEnumerable<string> Completions(AppState state, Form form, Field field)
    {
        if (field.Completions.Count > 0)
            return field.Completions.Where(item =>
                item.StartsWith(field.Text, StringComparison.OrdinalIgnoreCase) && item != field.Text
            );
        return form is PublishState publish && field.Key == PublishState.TopicKey
            ? _topics.Complete(field.Text, 5, publish.Source).Where(item => item != field.Text)
            : [];
    }

    private void PaintFoot(Canvas canvas, Form form, Box inner)
    {
        var y = _box.Bottom - 4;
        for (var x = inner.X; x < inner.Right; x++)
            canvas.Write(x, y, canvas.Glyphs.Horizontal, Tone.Dim, Ground.Dialog);
        if (form.Answer is { } answer)
        {
            var (mark, tone) = answer.Level switch
            {
                StatusLevel.Good => (canvas.Glyphs.Yes + " ", Tone.Good),
                StatusLevel.Error => (canvas.Glyphs.No + " ", Tone.Error),
                _ => ("", Tone.Dim),
            };
            canvas.Write(
                inner.X,
                y + 1,
                inner.Width,
                new StyledLine().Add(mark, tone).Add(SafeText.Line(answer.Text, 400), tone),
                Ground.Dialog
            );
        }

        var button = ButtonText(form);
        var left = $"Esc close   {form.OtherVerb}".TrimEnd();
        canvas.Write(inner.Right - button.Length - left.Length - 3, y + 2, left, Tone.Dim, Ground.Dialog);
        canvas.Write(inner.Right - button.Length, y + 2, button, Tone.Bright, Ground.Selected);
    }

    private static string ButtonText(Form form) => $" {form.Verb} ^G ";
}
