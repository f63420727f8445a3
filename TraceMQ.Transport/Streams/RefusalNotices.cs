namespace TraceMQ.Transport.Streams;

/// <summary>Says why clients were not let in: at most one notice a second, so that a flood of them is one line with a count.</summary>
internal sealed class RefusalNotices
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly SessionContext _context;
    private readonly string _what;
    private long? _saidAt;
    private long _unsaid;

    /// <param name="context">Where the notices go.</param>
    /// <param name="what">What became of the clients: <c>refused</c>, <c>closed</c>.</param>
    public RefusalNotices(SessionContext context, string what = "refused")
    {
        _context = context;
        _what = what;
    }

    /// <summary>A client was refused.</summary>
    /// <param name="sentence">Which and why.</param>
    public void Add(string sentence)
    {
        long unsaid;
        lock (_lock)
        {
            if (_saidAt is { } at && _context.Time.GetElapsedTime(at) < s_interval)
            {
                _unsaid++;
                return;
            }

            _saidAt = _context.Time.GetTimestamp();
            unsaid = _unsaid;
            _unsaid = 0;
        }

        var more = unsaid == 0 ? "" : $" {unsaid} more were {_what} since the last notice.";
        _context.Notices.TryWrite(new Notice(NoticeLevel.Warning, sentence + more));
    }
}
