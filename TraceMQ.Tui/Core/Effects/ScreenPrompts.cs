using System.Collections.Concurrent;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Profiles;
using TraceMQ.Tui.Screens.Prompt;

namespace TraceMQ.Tui.Core.Effects;

/// <summary>Asks the user on the screen for the values of <c>${prompt}</c> references.</summary>
internal sealed class ScreenPrompts : IPrompts
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<Secret?>> _asked = new();
    private readonly Action<AppEvent> _post;
    private long _ticket;

    public ScreenPrompts(Action<AppEvent> post) => _post = post;

    /// <inheritdoc/>
    public async Task<Secret?> AskAsync(string question, CancellationToken cancellationToken)
    {
        var ticket = Interlocked.Increment(ref _ticket);
        var answer = new TaskCompletionSource<Secret?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[ticket] = answer;
        try
        {
            _post(new PromptAsked(ticket, question));
            return await answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _asked.TryRemove(ticket, out _);
        }
    }

    /// <summary>The user's answer.</summary>
    public Task AnswerAsync(Effect.AnswerPrompt answer)
    {
        if (_asked.TryRemove(answer.Ticket, out var waiting))
            waiting.TrySetResult(answer.Answer);
        return Task.CompletedTask;
    }
}
