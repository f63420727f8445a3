using TraceMQ.Tui.Core;

namespace TraceMQ.Tui.Screens.Forms;

/// <summary>A field of the topmost form was changed by the user.</summary>
internal sealed record FieldTyped(string Key, string Text) : ScreenEvent
{
    /// <inheritdoc/>
    public override Transition Apply(AppState state) =>
        state.Top is Form form
            ? state.ReplaceTop((form.WithText(Key, Text) with { IsChanged = true }).Changed(state, Key))
            : state;
}

/// <summary>Another field of the topmost form has the keys.</summary>
internal sealed record FieldFocused(int Index) : ScreenEvent
{
    /// <inheritdoc/>
    public override Transition Apply(AppState state) =>
        state.Top is Form form
            ? state.ReplaceTop(form with { FocusedField = Math.Clamp(Index, 0, Math.Max(0, form.Fields.Count - 1)) })
            : state;
}

/// <summary>The user wants the topmost form done.</summary>
internal sealed record FormSubmitted : ScreenEvent
{
    /// <inheritdoc/>
    public override Transition Apply(AppState state)
    {
        if (state.Top is not Form form)
            return state;
        return form.FirstProblem() is { } problem
            ? state.ReplaceTop(form.Answered(StatusLevel.Error, problem))
            : form.Submit(state);
    }
}

/// <summary>The user wants a text of the topmost form in the editor.</summary>
internal sealed record FieldEditAsked(string Key) : ScreenEvent
{
    /// <inheritdoc/>
    public override Transition Apply(AppState state)
    {
        if (state.Top is not Form form)
            return state;
        var text = form.TextOf(Key);
        var extension = text.TrimStart() is ['{' or '[', ..] ? ".json" : ".txt";
        return new Transition(state, [new Effect.EditText(text, extension, edited => new FieldTyped(Key, edited))]);
    }
}
