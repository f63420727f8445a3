using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Wire;

namespace TraceMQ.Tests.Wire;

public sealed class WireLogTests : IDisposable
{
    private readonly WireLog _log = new();
    private readonly CancellationTokenSource _stop = new(Surroundings.Patience);

    [Fact]
    public async Task Only_what_was_kept_is_there_for_who_comes_later()
    {
        _log.Record(Packet("missed"));
        _log.Keep(Packet("handshake"));
        await using var reading = Read();

        _log.Record(Packet("live"));

        Assert.Equal(["handshake", "live"], [await NextAsync(reading), await NextAsync(reading)]);
    }

    [Fact]
    public async Task Handshakes_are_kept_up_to_a_number()
    {
        for (var i = 0; i < WireLog.MaximumKept + 3; i++)
            _log.Keep(Packet($"{i}"));
        await using var reading = Read();

        Assert.Equal("3", await NextAsync(reading));
    }

    [Fact]
    public async Task A_slow_reader_is_told_how_many_it_missed()
    {
        await using var reading = Read();
        _log.Record(Packet("first"));
        await NextAsync(reading);
        for (var i = 0; i < WireLog.Capacity + 5; i++)
            _log.Record(Packet($"{i}"));

        Assert.StartsWith("5 packets", await NextAsync(reading), StringComparison.Ordinal);
        Assert.Equal("5", await NextAsync(reading));
    }

    [Fact]
    public async Task One_exchange_can_be_read_alone()
    {
        await using var reading = _log.ReadAsync(new ExchangeId(7), _stop.Token).GetAsyncEnumerator(_stop.Token);
        var next = reading.MoveNextAsync();
        _log.Record(Packet("other") with { Exchange = new ExchangeId(8) });
        _log.Record(Packet("mine") with { Exchange = new ExchangeId(7) });

        Assert.True(await next);
        Assert.Equal("mine", reading.Current.Summary);
    }

    [Fact]
    public async Task A_recorder_works_only_while_somebody_reads()
    {
        var told = new List<bool>();
        using var attachment = _log.Attach(told.Add);

        var reading = Read();
        _log.Record(Packet("x"));
        await NextAsync(reading);
        await reading.DisposeAsync();

        Assert.Equal([false, true, false], told);
        Assert.False(_log.IsWatched);
    }

    [Fact]
    public async Task Reading_ends_with_the_connection()
    {
        await using var reading = Read();
        _log.End();
        await using var later = Read();

        Assert.False(await reading.MoveNextAsync());
        Assert.False(await later.MoveNextAsync());
    }

    public void Dispose() => _stop.Dispose();

    private static WireRecord Packet(string summary) =>
        new(DateTimeOffset.UnixEpoch, Direction.In, "PACKET", summary, [], default, 0);

    /// <summary>A reading that has begun: what is recorded from now on reaches it.</summary>
    private Reading Read() => new(_log, _stop.Token);

    private static async Task<string> NextAsync(Reading reading)
    {
        Assert.True(await reading.MoveNextAsync());
        return reading.Current.Summary;
    }

    private sealed class Reading : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<WireRecord> _records;
        private Task<bool>? _first;

        public Reading(WireLog log, CancellationToken stop)
        {
            _records = log.ReadAsync(only: null, stop).GetAsyncEnumerator(stop);
            _first = _records.MoveNextAsync().AsTask();
        }

        public WireRecord Current => _records.Current;

        public Task<bool> MoveNextAsync()
        {
            var next = _first ?? _records.MoveNextAsync().AsTask();
            _first = null;
            return next;
        }

        public async ValueTask DisposeAsync()
        {
            if (_first is { } first)
                await first;
            await _records.DisposeAsync();
        }
    }
}
