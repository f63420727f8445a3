using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using NATS.Client.Core;

namespace TraceMQ.Transport.Nats;

/// <summary>
/// Fetches what a consumer delivers, never more than there is room for (ADR-13). The library's own loop cannot be stopped while a connection is
/// lost, and fails at headers that are not UTF-8. One reader at a time.
/// </summary>
internal sealed class NatsPull : NatsSubBase
{
    private const int Batch = 1_000;
    private const string PendingHeader = "Nats-Pending-Messages";
    private static readonly TimeSpan s_expires = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(5);

    // Two heartbeats that did not come, and a moment for the way.
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(12);

    // A null is a word of the server that changes what is on its way, so that the reader looks again.
    private readonly Channel<NatsStored?> _arrived = Channel.CreateBounded<NatsStored?>(
        new BoundedChannelOptions(Batch * 2) { SingleReader = true }
    );
    private readonly string _ask;
    private readonly TimeProvider _time;
    private int _outstanding;

    public NatsPull(NatsConnection connection, string stream, string consumer, TimeProvider time)
        : base(connection, connection.SubscriptionManager, NewInbox(), queueGroup: null, opts: null)
    {
        _ask = $"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}";
        _time = time;
    }

    /// <summary>Why nothing more comes; null while something may.</summary>
    public string? Gone { get; private set; }

    /// <summary>True where something came that was not taken yet.</summary>
    public bool HasMore => _arrived.Reader.Count > 0;

    /// <summary>The next message.</summary>
    /// <returns>Null where the consumer is not there any more, as <see cref="Gone"/> says.</returns>
    public async ValueTask<NatsStored?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await AskAsync(cancellationToken).ConfigureAwait(false);
            if (_arrived.Reader.TryRead(out var stored))
            {
                if (stored is not null)
                    return stored;
                continue;
            }

            if (!await WaitAsync(cancellationToken).ConfigureAwait(false))
                return null;
        }
    }

    public override ValueTask ReceiveAsync(
        string subject,
        string? replyTo,
        ReadOnlySequence<byte>? headersBuffer,
        ReadOnlySequence<byte> payloadBuffer
    )
    {
        var (headers, status) = headersBuffer is { } block ? NatsHeaderBlock.Read(block) : ([], null);
        if (NatsPlace.Parse(replyTo) is { } place)
        {
            Interlocked.Decrement(ref _outstanding);
            // It must not wait, since that would hold back the answers to the server's pings.
            if (!_arrived.Writer.TryWrite(new NatsStored(subject, payloadBuffer.ToArray(), headers, place)))
                End("the server sends more than it was asked for");
        }
        else if (status is not null)
        {
            Hear(status, headers);
        }

        return default;
    }

    protected override ValueTask ReceiveInternalAsync(
        string subject,
        string? replyTo,
        ReadOnlySequence<byte>? headersBuffer,
        ReadOnlySequence<byte> payloadBuffer
    ) => ReceiveAsync(subject, replyTo, headersBuffer, payloadBuffer);

    protected override void TryComplete() => _arrived.Writer.TryComplete();

    // Not one of the connection's: those share a subscription, which knows messages by their subject, and these keep that of their stream.
    private static string NewInbox() => "_INBOX." + RandomNumberGenerator.GetHexString(22);

    private void Hear(string status, IReadOnlyList<Header> headers)
    {
        switch (status.Split(' ', 2)[0])
        {
            case "100":
                break;
            case "404" or "408":
                Forget(headers);
                break;
            case "409"
                when status.Contains("Shutdown", StringComparison.OrdinalIgnoreCase)
                    || status.Contains("Leadership", StringComparison.OrdinalIgnoreCase)
                    || status.Contains("Batch Completed", StringComparison.OrdinalIgnoreCase):
                Forget(headers);
                break;
            case "503":
                End("it, or our consumer of it, is not there any more");
                return;
            default:
                End(status);
                return;
        }

        _arrived.Writer.TryWrite(null);
    }

    // What a request that is over did not bring.
    private void Forget(IReadOnlyList<Header> headers)
    {
        var rest = headers.FirstOrDefault(header => header.Name == PendingHeader).Value;
        if (int.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            Interlocked.Add(ref _outstanding, -Math.Min(count, Volatile.Read(ref _outstanding)));
        else
            Volatile.Write(ref _outstanding, 0);
    }

    private void End(string why)
    {
        Gone ??= why;
        _arrived.Writer.TryComplete();
    }

    private async ValueTask AskAsync(CancellationToken cancellationToken)
    {
        var coming = Volatile.Read(ref _outstanding) + _arrived.Reader.Count;
        if (coming > Batch / 2)
            return;
        var count = Batch - coming;
        Interlocked.Add(ref _outstanding, count);
        var request =
            $"{{\"batch\":{count},\"expires\":{s_expires.TotalNanoseconds:0},\"idle_heartbeat\":{s_heartbeat.TotalNanoseconds:0}}}";
        await Connection
            .PublishAsync(
                _ask,
                System.Text.Encoding.ASCII.GetBytes(request),
                replyTo: Subject,
                serializer: NatsRawSerializer<byte[]>.Default,
                cancellationToken: cancellationToken
            )
            .ConfigureAwait(false);
    }

    private async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(s_silence, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await _arrived.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            End("our consumer of it does not answer");
            return false;
        }
    }
}
