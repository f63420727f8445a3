using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Cli;

/// <summary>What a command connects to: a saved profile or a URL, with the settings of the command line over it.</summary>
/// <param name="Name">The profile's name, or the URL without its credentials.</param>
/// <param name="Transport">The protocol.</param>
/// <param name="Settings">What <c>--set</c> gave beyond the profile.</param>
/// <param name="Resolve">Resolves the references and checks the values; wrong ones are a <see cref="TransportException"/> or a <see cref="CliException"/>.</param>
internal sealed record Target(
    string Name,
    ITransport Transport,
    SettingAssignments Settings,
    Func<CancellationToken, Task<Profile>> Resolve
)
{
    /// <summary>The same with a resolved profile that is changed, or refused, before it is used.</summary>
    public Target With(Func<Profile, Profile> change) =>
        this with
        {
            Resolve = async token => change(await Resolve(token).ConfigureAwait(false)),
        };
}
