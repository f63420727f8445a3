using System.Collections.Concurrent;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tui.Cli;

/// <summary>Asks on the terminal, each question once: a reconnect in the night must not wait for somebody to type.</summary>
internal sealed class TerminalPrompts(CliConsole console) : IPrompts
{
    private readonly ConcurrentDictionary<string, Secret> _answers = new(StringComparer.Ordinal);

    public Task<Secret?> AskAsync(string question, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_answers.TryGetValue(question, out var known))
            return Task.FromResult<Secret?>(known);
        var answer =
            console.Ask($"{question}: ", isHidden: true)
            ?? throw new TransportException(
                FailureKind.Configuration,
                $"{question} is asked for (${{prompt}}), and there is no terminal to ask on; use ${{env:NAME}}, ${{file:PATH}} or --set."
            );
        return Task.FromResult<Secret?>(_answers.GetOrAdd(question, new Secret(answer)));
    }
}
