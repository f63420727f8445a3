using System.Threading.Channels;

namespace TraceMQ.Tui.Cli;

/// <summary>Wakes the one who waits; being woken many times before he looks is being woken once.</summary>
internal sealed class WakeUp
{
    private readonly Channel<bool> _calls = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );

    public void Call() => _calls.Writer.TryWrite(true);

    public async ValueTask WaitAsync() => await _calls.Reader.ReadAsync().ConfigureAwait(false);
}
