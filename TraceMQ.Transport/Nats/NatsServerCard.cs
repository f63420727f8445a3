using System.Globalization;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>
/// What the connection card tells of the server. Who reads it looks at it: the round trip and the account's use of JetStream are asked for again
/// then, in the background, and never while nobody looks.
/// </summary>
internal sealed class NatsServerCard(NatsLink link, NatsPrefix prefix, SessionContext context) : IAsyncDisposable
{
    private static readonly TimeSpan s_roundTripEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_accountEvery = TimeSpan.FromSeconds(5);

    // An account that may not ask is not asked again soon: the server logs each time that it refused.
    private static readonly TimeSpan s_accountAfterSilence = TimeSpan.FromMinutes(5);

    private readonly NatsJSContext _js = new(link.Connection);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private Task _looking = Task.CompletedTask;
    private long? _lookedAt;
    private long _accountDue;
    private bool _isWatched;
    private bool _isDisposed;
    private volatile NatsAccount? _account;
    private volatile object? _roundTrip;

    /// <summary>The facts as they are now; asks for the next ones.</summary>
    public IReadOnlyList<Fact> Facts
    {
        get
        {
            Look();
            var info = link.Info;
            var now = context.Time.GetUtcNow();
            var facts = new List<Fact>
            {
                new("server", $"{info.Name} {info.Version} at {link.Endpoint.Address}"),
                new("signed in as", link.Login.IsAnonymous ? "nobody" : link.Login.Words),
            };
            if (info.Cluster.Length > 0)
                facts.Add(new Fact("cluster", info.Cluster));
            if (_roundTrip is TimeSpan time)
                facts.Add(
                    new Fact("round trip", $"{time.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms")
                );
            facts.Add(new Fact("largest payload", Quantity.Approximate(info.MaximumPayload)));
            facts.AddRange(
                !info.HasJetStream ? [new Fact("JetStream", "no")] : _account?.Facts ?? [new Fact("JetStream", "yes")]
            );
            if (link.Login.ExpiryFact(now) is { } expiry)
                facts.Add(expiry);
            if (prefix.Text.Length > 0)
                facts.Add(new Fact("subject prefix", prefix.Text));
            facts.AddRange(link.Peer.Facts(now));
            return facts;
        }
    }

    /// <summary>A round trip that was measured for another reason.</summary>
    public void Note(TimeSpan roundTrip) => _roundTrip = roundTrip;

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _looking.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Look()
    {
        lock (_lock)
        {
            var isSoon = _lookedAt is { } at && context.Time.GetElapsedTime(at) < s_roundTripEvery;
            if (_isDisposed || isSoon || !_looking.IsCompleted || link.Completion.IsCompleted)
                return;
            _lookedAt = context.Time.GetTimestamp();
            // The first reading is the greeting's, which nobody has opened yet.
            _looking = LookAsync(_isWatched && link.Info.HasJetStream);
            _isWatched = true;
        }
    }

    private async Task LookAsync(bool withAccount)
    {
        // Whoever reads the facts must not wait for it.
        await Task.Yield();
        try
        {
            Note(await link.FlushAsync(_stop.Token).ConfigureAwait(false));
            if (withAccount && context.Time.GetTimestamp() >= _accountDue)
                await ReadAccountAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is TransportException || NatsFailures.IsExpected(exception))
        {
            // A lost connection says so itself.
        }
    }

    private async Task ReadAccountAsync()
    {
        var wait = s_accountAfterSilence;
        try
        {
            var account = await _js.GetAccountInfoAsync(_stop.Token).ConfigureAwait(false);
            _account = NatsAccount.Of(account);
            wait = s_accountEvery;
        }
        catch (NatsJSApiException exception)
        {
            _account = NatsAccount.Refused(NatsFailures.Words(exception, ""));
        }
        finally
        {
            _accountDue = context.Time.GetTimestamp() + (long)(wait.TotalSeconds * context.Time.TimestampFrequency);
        }
    }
}
