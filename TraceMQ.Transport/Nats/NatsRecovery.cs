using Microsoft.Extensions.Logging;
using NATS.Client.Core;
using NATS.Client.JetStream;

namespace TraceMQ.Transport.Nats;

/// <summary>
/// Makes the consumers of a replay: at once after one that did its work, later each time after one that did not, and no more where the stream
/// is not there any more or nothing helps.
/// </summary>
internal sealed class NatsRecovery(NatsReplayPlan plan, NatsLink link, SessionContext context)
{
    private const int MostTrials = 8;
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    // One that lived so long without a message was none the worse for it.
    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(30);

    private readonly NatsJSContext _js = new(link.Connection);
    private long _madeAt = context.Time.GetTimestamp();
    private ulong? _sequence;
    private int _trials;

    /// <summary>A consumer that goes on from a place.</summary>
    /// <exception cref="NatsJSApiException">The server refused it.</exception>
    public Task<NatsConsumer> OpenAsync(NatsPoint point, CancellationToken cancellationToken) =>
        NatsConsumer.OpenAsync(
            link.Connection,
            _js,
            plan.Stream,
            plan.ConfigOf(point),
            context.Time,
            cancellationToken
        );

    /// <summary>Another consumer in the place of a lost one: they go by themselves where nobody read for long, and with the server that had them.</summary>
    /// <param name="point">Where reading goes on.</param>
    /// <param name="why">What ended the lost one; null where messages were lost on the way.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">The stream is not there any more, or nothing helps.</exception>
    public async Task<NatsConsumer> ReplaceAsync(NatsPoint point, string? why, CancellationToken cancellationToken)
    {
        while (true)
        {
            await WaitAsync(point.Sequence, why, cancellationToken).ConfigureAwait(false);
            try
            {
                await plan.ThrowIfReplacedAsync(_js, point, cancellationToken).ConfigureAwait(false);
                return await OpenAsync(point, cancellationToken).ConfigureAwait(false);
            }
            catch (NatsJSApiException exception)
            {
                // A cluster that is choosing a leader refuses for a moment.
                why = NatsFailures.Words(exception, plan.Stream);
            }
            catch (NatsException exception) when (!link.Completion.IsCompleted)
            {
                why = exception.Message;
            }

            context.Log.LogInformation("Reading stream {Stream} again failed: {Why}", plan.Stream, why);
        }
    }

    private async Task WaitAsync(ulong sequence, string? why, CancellationToken cancellationToken)
    {
        if (_sequence != sequence || context.Time.GetElapsedTime(_madeAt) > s_settled)
            _trials = 0;
        _sequence = sequence;
        if (_trials == MostTrials)
            throw NatsReplayPlan.Ended(plan.Stream, why);
        var wait = s_first * Math.Pow(2, _trials - 1);
        if (_trials++ > 0)
            await Task.Delay(wait < s_longest ? wait : s_longest, context.Time, cancellationToken)
                .ConfigureAwait(false);
        _madeAt = context.Time.GetTimestamp();
    }
}
