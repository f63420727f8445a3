using System.Text;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>The only writer of the configuration file.</summary>
internal sealed class ProfileStore : IDisposable
{
    private readonly IReadOnlyList<ITransport> _transports;
    private readonly SemaphoreSlim _gate = new(1);
    private (string Name, string TextBefore, string TextAfter)? _removed;

    public ProfileStore(ConfigFile current, IReadOnlyList<ITransport> transports)
    {
        Current = current;
        _transports = transports;
    }

    /// <summary>The file as it was last read or written.</summary>
    public ConfigFile Current { get; private set; }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    /// <summary>Reads the file again.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public ConfigFile Reload() => Current = ConfigFile.Load(Current.Path, _transports);

    /// <summary>Adds a profile, or changes the one that it replaces; its name may differ then.</summary>
    public Task<SaveResult> SaveAsync(RawProfile profile, string? replacing, CancellationToken cancellationToken) =>
        WriteAsync(
            config =>
            {
                if (replacing is null)
                    return ProfileEditor.Add(config.Text, profile);
                return config.Find(replacing) is { } entry
                    ? ProfileEditor.Change(config, entry.Raw, profile)
                    : ProfileEditor.Add(config.Text, profile);
            },
            after => Others(Current, replacing).All(raw => Holds(after, raw)) && Holds(after, profile),
            $"{profile.Name} saved to {Current.Path}",
            cancellationToken
        );

    /// <summary>Deletes a profile; <see cref="RestoreAsync"/> brings it back.</summary>
    public async Task<SaveResult> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var before = Current.Text;
        var result = await WriteAsync(
                config => ProfileEditor.Remove(config, name),
                after => Others(Current, name).All(raw => Holds(after, raw)) && after.Find(name) is null,
                $"{name} deleted; u brings it back",
                cancellationToken
            )
            .ConfigureAwait(false);
        if (result.IsSaved)
            _removed = (name, before, Current.Text);
        return result;
    }

    /// <summary>Brings the last deleted profile back with its comments, as long as the file was not changed since.</summary>
    public async Task<SaveResult> RestoreAsync(CancellationToken cancellationToken)
    {
        if (_removed is not { } removed)
            return new SaveResult(IsSaved: false, "nothing was deleted that could be brought back");
        if (Current.Text != removed.TextAfter)
            return new SaveResult(
                IsSaved: false,
                $"the file was changed after {removed.Name} was deleted; it cannot be brought back by itself"
            );
        var result = await WriteAsync(
                _ => removed.TextBefore,
                after => after.Find(removed.Name) is not null,
                $"{removed.Name} is back",
                cancellationToken
            )
            .ConfigureAwait(false);
        if (result.IsSaved)
            _removed = null;
        return result;
    }

    private async Task<SaveResult> WriteAsync(
        Func<ConfigFile, string?> change,
        Func<ConfigFile, bool> isRight,
        string done,
        CancellationToken cancellationToken
    )
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (ChangedOnDisk())
                return new SaveResult(
                    IsSaved: false,
                    $"{Current.Path} was changed by somebody else since it was read; nothing was saved. Start again to read it"
                );
            if (change(Current) is not { } text)
                return new SaveResult(
                    IsSaved: false,
                    $"this profile is written in a form that is not changed here; edit {Current.Path}"
                );
            var after = ConfigFile.Parse(Current.Path, text, _transports);
            if (!isRight(after))
                return new SaveResult(
                    IsSaved: false,
                    $"{Current.Path} would not read back as it was meant, so nothing was saved; edit it by hand"
                );
            await AtomicFile.WriteAsync(Current.Path, text, cancellationToken).ConfigureAwait(false);
            Current = after;
            return new SaveResult(IsSaved: true, done);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new SaveResult(
                IsSaved: false,
                $"{Current.Path} could not be written, and is as it was: {failure.Message}"
            );
        }
        finally
        {
            _gate.Release();
        }
    }

    private bool ChangedOnDisk()
    {
        if (!File.Exists(Current.Path))
            return Current.Exists;
        return !Current.Exists || File.ReadAllText(Current.Path, Encoding.UTF8) != Current.Text;
    }

    private static IEnumerable<RawProfile> Others(ConfigFile config, string? except) =>
        config.Profiles.Where(entry => entry.Name != except).Select(entry => entry.Raw);

    private static bool Holds(ConfigFile config, RawProfile raw) =>
        config.Find(raw.Name)?.Raw is { } found
        && found.Protocol == raw.Protocol
        && RawValues.AreEqual(found.Values, raw.Values);
}
