using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using MQTTnet;

namespace TraceMQ.Transport.Mqtt;

/// <summary>A retained message of a broker.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Size">Bytes of its payload.</param>
/// <param name="Preview">The beginning of its payload as text.</param>
internal sealed record RetainedTopic(string Topic, long Size, string Preview);

/// <summary>
/// Collects the retained messages of a broker on a connection of its own that lives for a moment and leaves nothing behind, so that the
/// user's subscriptions see nothing of it.
/// </summary>
internal sealed class RetainedScan
{
    private const int PreviewBytes = 256;

    /// <summary>Most topics of one scan; a broker that holds more is to be asked by prefix.</summary>
    internal const int MaximumTopics = 100_000;

    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, RetainedTopic> _found = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private long _lastAt;

    private RetainedScan(TimeProvider time) => _time = time;

    /// <summary>The retained messages of the topics that match, by topic.</summary>
    /// <exception cref="TransportException">The broker allows no second connection, or refuses the subscription.</exception>
    public static async Task<IReadOnlyList<RetainedTopic>> RunAsync(
        MqttLink beside,
        string pattern,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var scan = new RetainedScan(time);
        var link = await MqttLink
            .OpenAsync(
                beside.Endpoint,
                beside.Way,
                beside.Identity.Guest(),
                new MqttIntake(scan.OnReceivedAsync),
                time,
                cancellationToken
            )
            .ConfigureAwait(false);
        await using (link.ConfigureAwait(false))
        {
            await scan.CollectAsync(link, pattern, cancellationToken).ConfigureAwait(false);
        }

        return [.. scan._found.Values.OrderBy(item => item.Topic, StringComparer.Ordinal)];
    }

    private async Task CollectAsync(MqttLink link, string pattern, CancellationToken cancellationToken)
    {
        var options = new MqttClientSubscribeOptions { TopicFilters = [new() { Topic = pattern }] };
        var started = _time.GetTimestamp();
        Interlocked.Exchange(ref _lastAt, started);
        using var timeout = new CancellationTokenSource(s_longest, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var result = await link.Client.SubscribeAsync(options, both.Token).ConfigureAwait(false);
            var code = (int)result.Items.First().ResultCode;
            if (code > 2)
            {
                throw new TransportException(
                    FailureKind.Permission,
                    $"The retained messages of \"{pattern}\" cannot be listed: {MqttReasons.SubAck(code, link.Identity.Version)}."
                );
            }

            // Most brokers send what they retained before they answer this; the quiet time is for the others.
            await link.Client.PingAsync(both.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (MqttFailures.IsExpected(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new TransportException(
                FailureKind.Lost,
                "The broker closed the second connection, which lists its retained messages, or did not answer there: it may allow one connection only.",
                exception
            );
        }

        while (
            _time.GetElapsedTime(Interlocked.Read(ref _lastAt)) < s_quiet
            && _time.GetElapsedTime(started) < s_longest
            && _found.Count < MaximumTopics
        )
            await Task.Delay(s_quiet / 5, _time, cancellationToken).ConfigureAwait(false);
    }

    private Task OnReceivedAsync(MqttApplicationMessageReceivedEventArgs received)
    {
        var message = received.ApplicationMessage;
        if (!message.Retain || message.Payload.Length == 0 || _found.Count >= MaximumTopics)
            return Task.CompletedTask;
        Interlocked.Exchange(ref _lastAt, _time.GetTimestamp());
        _found[message.Topic] = new RetainedTopic(message.Topic, message.Payload.Length, Preview(message.Payload));
        return Task.CompletedTask;
    }

    /// <summary>The beginning of a payload as text.</summary>
    public static string Preview(ReadOnlySequence<byte> payload) =>
        Encoding.UTF8.GetString(payload.Slice(0, Math.Min(PreviewBytes, payload.Length)).ToArray());
}
