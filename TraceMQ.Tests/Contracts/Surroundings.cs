using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport;

namespace TraceMQ.Tests.Contracts;

/// <summary>What a session gets in a test: an inbox to wait on, its notices, and a log that is kept.</summary>
public sealed class Surroundings
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Channel<bool> _waiting = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly List<Message> _seen = [];

    public Surroundings(int capacity = 10_000, TimeProvider? time = null)
    {
        Inbox = new Inbox(capacity, byteCapacity: 256 << 20, () => _waiting.Writer.TryWrite(true));
        Notices = Channel.CreateUnbounded<Notice>();
        Context = new SessionContext(Inbox, Notices.Writer, time ?? TimeProvider.System, Log);
    }

    public Inbox Inbox { get; }

    public Channel<Notice> Notices { get; }

    public RecordingLog Log { get; } = new();

    public SessionContext Context { get; }

    /// <summary>Waits for a message; those before it are gone.</summary>
    public async Task<Message> NextAsync(Func<Message, bool> isWanted)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (true)
        {
            for (var i = 0; i < _seen.Count; i++)
            {
                if (!isWanted(_seen[i]))
                    continue;
                var found = _seen[i];
                _seen.RemoveRange(0, i + 1);
                return found;
            }

            _seen.Clear();
            while (!Drain())
                await _waiting.Reader.ReadAsync(timeout.Token);
        }
    }

    public Task<Message> NextInAsync(string topic) =>
        NextAsync(message => message.Direction == Direction.In && message.Topic == topic);

    /// <summary>Waits for the next message that came, whatever its topic.</summary>
    public Task<Message> NextInAsync() => NextAsync(message => message.Direction == Direction.In);

    /// <summary>Waits for a notice with these words; those before it are gone.</summary>
    public async Task<Notice> NoticeAsync(string words)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (true)
        {
            var notice = await Notices.Reader.ReadAsync(timeout.Token);
            if (notice.Text.Contains(words, StringComparison.Ordinal))
                return notice;
        }
    }

    /// <summary>What has come or gone and nobody has asked for.</summary>
    public IReadOnlyList<Message> Waiting()
    {
        Drain();
        return _seen;
    }

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"waited in vain: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    private bool Drain()
    {
        Inbox.Drain(_seen, int.MaxValue);
        return _seen.Count > 0;
    }
}

/// <summary>A log that keeps every event with everything in it.</summary>
public sealed class RecordingLog : ILogger
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _events = new();

    public IReadOnlyCollection<string> Events => _events;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => _events.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
}
