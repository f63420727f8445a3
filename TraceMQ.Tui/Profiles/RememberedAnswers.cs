using System.Collections.Concurrent;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>Asks each question once, for as long as a connection is wanted: who reconnects at night has nobody to ask.</summary>
internal sealed class RememberedAnswers(IPrompts inner) : IPrompts
{
    private readonly ConcurrentDictionary<string, Secret> _answers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<Secret?> AskAsync(string question, CancellationToken cancellationToken)
    {
        if (_answers.TryGetValue(question, out var known))
            return known;
        var answer = await inner.AskAsync(question, cancellationToken).ConfigureAwait(false);
        if (answer is not null)
            _answers[question] = answer;
        return answer;
    }
}
