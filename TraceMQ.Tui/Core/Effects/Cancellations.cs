using System.Collections.Concurrent;

namespace TraceMQ.Tui.Core.Effects;

/// <summary>Work that goes on until it is ended, by number. Safe for any thread, and against an end that comes when the work is just over.</summary>
internal sealed class Cancellations
{
    private readonly ConcurrentDictionary<long, Work> _running = new();

    /// <summary>Begins a piece of work; disposing it is its end.</summary>
    public Work Begin(long number, CancellationToken cancellationToken)
    {
        var work = new Work(this, number, cancellationToken);
        _running[number] = work;
        return work;
    }

    /// <summary>Ends a piece of work; one that is over is no error.</summary>
    public Task CancelAsync(long number) =>
        _running.TryRemove(number, out var work) ? work.CancelAsync() : Task.CompletedTask;

    /// <summary>A piece of work.</summary>
    internal sealed class Work : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly Cancellations _all;
        private readonly long _number;
        private readonly CancellationTokenSource _source;
        private bool _isOver;

        public Work(Cancellations all, long number, CancellationToken cancellationToken)
        {
            _all = all;
            _number = number;
            _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Token = _source.Token;
        }

        public CancellationToken Token { get; }

        public Task CancelAsync()
        {
            lock (_gate)
                return _isOver ? Task.CompletedTask : _source.CancelAsync();
        }

        public void Dispose()
        {
            _all._running.TryRemove(KeyValuePair.Create(_number, this));
            lock (_gate)
            {
                _isOver = true;
                _source.Dispose();
            }
        }
    }
}
