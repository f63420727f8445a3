using System.Security.Cryptography;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;

namespace TraceMQ.Transport.Nats;

/// <summary>A consumer that we made for ourselves, which acknowledges nothing and which the server takes away soon after we are gone.</summary>
internal sealed class NatsConsumer
{
    private static readonly TimeSpan s_inactive = TimeSpan.FromSeconds(30);

    private readonly NatsJSContext _js;
    private readonly string _stream;
    private readonly string _name;

    private NatsConsumer(NatsJSContext js, string stream, INatsJSConsumer made, NatsPull pull)
    {
        _js = js;
        _stream = stream;
        _name = made.Info.Name;
        PendingAtStart = made.Info.NumPending;
        Pull = pull;
    }

    /// <summary>How many stored messages it had to deliver when it was made.</summary>
    public ulong PendingAtStart { get; }

    /// <summary>What it delivers.</summary>
    public NatsPull Pull { get; }

    /// <summary>How such a consumer is made: named, since older servers refuse one without a name and with a filter, and with the filter in the singular, since they do not see the plural.</summary>
    public static ConsumerConfig Config(string? filter) =>
        new("tracemq-" + RandomNumberGenerator.GetHexString(12, lowercase: true))
        {
            FilterSubject = filter,
            AckPolicy = ConsumerConfigAckPolicy.None,
            MemStorage = true,
            NumReplicas = 1,
            InactiveThreshold = s_inactive,
        };

    /// <summary>Makes one.</summary>
    /// <exception cref="NatsJSApiException">The server refused.</exception>
    public static async Task<NatsConsumer> OpenAsync(
        NatsConnection connection,
        NatsJSContext js,
        string stream,
        ConsumerConfig config,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var made = await js.CreateConsumerAsync(stream, config, cancellationToken).ConfigureAwait(false);
        var pull = new NatsPull(connection, stream, made.Info.Name, time);
        await connection.AddSubAsync(pull, cancellationToken).ConfigureAwait(false);
        return new NatsConsumer(js, stream, made, pull);
    }

    /// <summary>Takes it away; where that fails, the server does.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Pull.UnsubscribeAsync().ConfigureAwait(false);
            await _js.DeleteConsumerAsync(_stream, _name, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (NatsFailures.IsExpected(exception))
        {
            // The stream is gone, or the connection is.
        }
    }
}
