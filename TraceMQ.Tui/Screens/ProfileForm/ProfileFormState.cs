using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;

namespace TraceMQ.Tui.Screens.ProfileForm;

/// <summary>The form of a profile, generated from the settings of its protocol.</summary>
internal sealed record ProfileFormState : Form
{
    /// <summary>Keys of the fields that are not settings.</summary>
    public const string NameKey = "name",
        ProtocolKey = "protocol";

    /// <summary>The profile as it is in the file; null for a new one. What the form does not show stays as it is there.</summary>
    public RawProfile? Original { get; init; }

    /// <summary>The name in the file that is replaced; null for a new profile.</summary>
    public string? Replacing { get; init; }

    /// <summary>Of the test that runs or ran last.</summary>
    public long TestGeneration { get; init; }

    /// <inheritdoc/>
    public override string Verb => "Save";

    /// <inheritdoc/>
    public override Transition Submit(AppState state) => ProfileFormUpdate.Submit(state, this);

    /// <inheritdoc/>
    public override Form Changed(AppState state, string key) => ProfileFormUpdate.Changed(state, this, key);
}

/// <summary>A step of a connection test was done.</summary>
internal sealed record ProfileTested(long Generation, TestStep Step) : ScreenEvent<ProfileFormState>
{
    /// <inheritdoc/>
    protected override Transition Apply(AppState state, ProfileFormState overlay) =>
        overlay.TestGeneration != Generation
            ? state
            : state.Replace(
                (ProfileFormState)
                    overlay.Answered(Step.IsPassed ? StatusLevel.Good : StatusLevel.Error, $"{Step.Name}: {Step.Text}")
            );
}

/// <summary>A profile was saved, or not.</summary>
internal sealed record ProfileSaved(bool IsSaved, string Text) : ScreenEvent
{
    /// <inheritdoc/>
    public override Transition Apply(AppState state)
    {
        if (IsSaved)
            return state.Close<ProfileFormState>().Tell(StatusLevel.Good, Text);
        return state.Find<ProfileFormState>() is { } form
            ? state.Replace((ProfileFormState)form.Answered(StatusLevel.Error, Text))
            : state.Tell(StatusLevel.Error, Text);
    }
}
