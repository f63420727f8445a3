using System.Globalization;
using Amqp.Framing;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>Puts the token that opens the hub, and puts the next one before it expires, so that no link ever loses its right.</summary>
internal sealed class HubTokens
{
    private static readonly TimeSpan s_life = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_margin = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(30);

    private readonly NodeRequests _cbs;
    private readonly HubWay _way;
    private readonly TimeProvider _time;

    public HubTokens(NodeRequests cbs, HubWay way, TimeProvider time)
    {
        _cbs = cbs;
        _way = way;
        _time = time;
    }

    /// <summary>When the token that is put ends.</summary>
    public DateTimeOffset? Expiry { get; private set; }

    /// <summary>Puts a token.</summary>
    /// <exception cref="TransportException">It is not taken.</exception>
    public async Task PutAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var expiry = _way.Key is null ? SasToken.Parse(_way.Signature!.Reveal())?.Expiry : now + s_life;
        var token = _way.Key is { } key
            ? SasToken.Create(_way.Audience, _way.KeyName, key, now + s_life)
            : _way.Signature!;
        var properties = new ApplicationProperties
        {
            ["operation"] = HubVocabulary.PutToken,
            ["type"] = HubVocabulary.SasTokenType,
            ["name"] = _way.Audience,
        };
        if (expiry is { } end)
            properties["expiration"] = end.UtcDateTime;
        var reply = await _cbs.AskAsync(token.Reveal(), properties, cancellationToken).ConfigureAwait(false);
        if (!reply.IsGood)
            throw HubFailures.OfToken(_way, reply, expiry, now);
        Expiry = expiry;
    }

    /// <summary>Renews the token until it is cancelled.</summary>
    /// <exception cref="TransportException">It cannot be renewed.</exception>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        while (Expiry is { } expiry)
        {
            var due = _way.Key is null ? expiry : expiry - s_margin;
            await DelayAsync(due - _time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            if (_way.Key is null)
                throw HubFailures.OfToken(
                    _way,
                    new NodeReply(401, "ExpiredToken", null, null),
                    expiry,
                    _time.GetUtcNow()
                );
            await RenewAsync(expiry, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>For the connection card.</summary>
    public Fact Fact(DateTimeOffset now)
    {
        var until = Expiry is { } expiry
            ? expiry.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
            : "an unknown time";
        var text = _way.Key is not null ? $"until {until}, renewed before" : $"expires {until}";
        return new Fact("token", text)
        {
            Tone = _way.Key is null && Expiry - now < s_margin ? FactTone.Warning : FactTone.Normal,
        };
    }

    /// <summary>Tries until the old token ends: a hub that is busy for a moment takes nothing away.</summary>
    private async Task RenewAsync(DateTimeOffset expiry, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await PutAsync(cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (TransportException exception) when (!exception.IsFinal && _time.GetUtcNow() + s_retry < expiry)
            {
                await DelayAsync(s_retry, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // A timer takes about 49 days at most, and a signature may live for years.
    private async Task DelayAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        var day = TimeSpan.FromDays(1);
        for (; time > TimeSpan.Zero; time -= day)
            await Task.Delay(time < day ? time : day, _time, cancellationToken).ConfigureAwait(false);
    }
}
