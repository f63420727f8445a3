using TraceMQ.Transport;
using TraceMQ.Tui.Screens.Main;

namespace TraceMQ.Tests.Terminal;

/// <summary>Who has the terminal for itself, without a terminal.</summary>
public sealed class TerminalActionsTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_second_editor_is_refused_while_one_is_open_and_not_after()
    {
        var actions = new TerminalActions(name => name == "EDITOR" ? "true" : null, Path.GetTempPath());
        Task<string>[] both =
        [
            actions.EditAsync("text", ".txt", CancellationToken.None),
            actions.EditAsync("text", ".txt", CancellationToken.None),
        ];

        // Nobody has lent the terminal before this: whoever came first waits.
        var refused = await Task.WhenAny(both).WaitAsync(s_patience);
        var failure = await Assert.ThrowsAsync<TransportException>(() => refused);
        Assert.Equal("The editor is open already.", failure.Message);
        var first = both.Single(editing => editing != refused);
        Assert.False(first.IsCompleted);
        await LendUntilAsync(actions, first);
        var second = actions.EditAsync("again", ".txt", CancellationToken.None);
        await LendUntilAsync(actions, second);

        Assert.Equal("text", await first);
        Assert.Equal("again", await second);
    }

    [Fact]
    public async Task An_editor_that_never_gets_the_terminal_ends_with_the_program()
    {
        var actions = new TerminalActions(_ => null, Path.GetTempPath());
        using var stop = new CancellationTokenSource();
        var editing = actions.EditAsync("text", ".txt", stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => editing.WaitAsync(s_patience));
    }

    private static async Task LendUntilAsync(TerminalActions actions, Task editing)
    {
        await Contracts.Surroundings.UntilAsync(
            () =>
            {
                actions.RunBetween();
                return editing.IsCompleted;
            },
            "the editor is done"
        );
        await editing;
    }
}
