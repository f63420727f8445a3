using TraceMQ.Tui.Profiles;
using TraceMQ.Tui.Screens.ProfileForm;

namespace TraceMQ.Tui.Core.Effects;

/// <summary>Saves, deletes and brings back profiles.</summary>
internal sealed class ProfileEffects
{
    private readonly ProfileStore _store;
    private readonly Action<AppEvent> _post;

    public ProfileEffects(ProfileStore store, Action<AppEvent> post)
    {
        _store = store;
        _post = post;
    }

    /// <summary>Saves a profile.</summary>
    public async Task SaveAsync(Effect.SaveProfile save, CancellationToken cancellationToken)
    {
        var result = await _store.SaveAsync(save.Profile, save.Replacing, cancellationToken).ConfigureAwait(false);
        if (result.IsSaved)
            _post(new AppEvent.ConfigChanged(_store.Current));
        _post(new ProfileSaved(result.IsSaved, result.Text));
    }

    /// <summary>Deletes a profile.</summary>
    public async Task RemoveAsync(Effect.RemoveProfile remove, CancellationToken cancellationToken) =>
        Tell(await _store.RemoveAsync(remove.Name, cancellationToken).ConfigureAwait(false));

    /// <summary>Brings the last deleted profile back.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken) =>
        Tell(await _store.RestoreAsync(cancellationToken).ConfigureAwait(false));

    private void Tell(SaveResult result)
    {
        if (result.IsSaved)
            _post(new AppEvent.ConfigChanged(_store.Current));
        _post(new AppEvent.Told(result.IsSaved ? StatusLevel.Good : StatusLevel.Error, result.Text));
    }
}
