using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>Asks the user for the value of a <c>${prompt}</c> reference.</summary>
internal interface IPrompts
{
    /// <summary>Asks, without showing what is typed.</summary>
    /// <returns>Null where the user gave up, or nobody can be asked.</returns>
    Task<Secret?> AskAsync(string question, CancellationToken cancellationToken);
}
