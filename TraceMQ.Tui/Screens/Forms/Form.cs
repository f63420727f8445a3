using System.Collections.Immutable;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Core;

namespace TraceMQ.Tui.Screens.Forms;

/// <summary>A dialog to fill in: fields, what it is for, and what came of it. Every dialog of the program is one.</summary>
internal abstract record Form : Overlay
{
    /// <summary>What it is for, at the left of the border.</summary>
    public required string Title { get; init; }

    /// <summary>More about it, at the right of the border.</summary>
    public string Subtitle { get; init; } = "";

    /// <summary>Its fields from the top.</summary>
    public ImmutableList<Field> Fields { get; init; } = [];

    /// <summary>The field that has the keys.</summary>
    public int FocusedField { get; init; }

    /// <summary>Lines above the fields: what the user should know before.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What came of the last try; null before one.</summary>
    public Status? Answer { get; init; }

    /// <summary>The word on its button.</summary>
    public abstract string Verb { get; }

    /// <summary>What else it can do, with its key, beside the button; empty for nothing.</summary>
    public virtual string OtherVerb => "";

    /// <summary>True where the button does harm.</summary>
    public virtual bool IsDangerous => false;

    /// <summary>True once the user has changed something.</summary>
    public bool IsChanged { get; init; }

    /// <inheritdoc/>
    public override Scopes Scope => Scopes.Dialog;

    /// <inheritdoc/>
    public override bool HasUnsavedWork => IsChanged;

    /// <summary>Does what the form is for.</summary>
    public abstract Transition Submit(AppState state);

    /// <summary>A field has another text: other fields may depend on it.</summary>
    public virtual Form Changed(AppState state, string key) => this;

    /// <summary>The text of a field; empty where there is none.</summary>
    public string TextOf(string key) => Fields.Find(field => field.Key == key)?.Text ?? "";

    /// <summary>The values of the fields that stand for settings and are not at their default.</summary>
    public SettingValues Values()
    {
        var values = SettingValues.Empty;
        foreach (var field in Fields)
        {
            if (field.Value() is { } value)
                values = values.WithObject(field.Setting!, value);
        }

        return values;
    }

    /// <summary>The first thing that is wrong; null where nothing is.</summary>
    public string? FirstProblem() =>
        Fields.Find(field => field.Problem.Length > 0) is { } wrong ? $"{wrong.Label}: {wrong.Problem}" : null;

    /// <summary>The form with an answer.</summary>
    public Form Answered(StatusLevel level, string text) =>
        this with
        {
            Answer = new Status(level, text, (Answer?.Number ?? 0) + 1),
        };

    /// <summary>The form with another text in a field.</summary>
    public Form WithText(string key, string text)
    {
        var at = Fields.FindIndex(field => field.Key == key);
        return at < 0 ? this : this with { Fields = Fields.SetItem(at, Fields[at].WithText(text)) };
    }
}
