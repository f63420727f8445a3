using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats.Server;

/// <summary>What we send to our clients ourselves, and the replies that come back.</summary>
internal sealed class ServerRequests(NatsRouter router, SessionContext context) : IRequests
{
    private const int MostUnread = 1_000;

    /// <summary>Lists a message as sent, and sends it.</summary>
    /// <returns>How many subscriptions got it.</returns>
    /// <exception cref="TransportException">It cannot be sent as it is.</exception>
    public int Send(OutgoingMessage message, string? replyTo, ExchangeId? exchange)
    {
        if (message.Options.Get(NatsSettings.Stored))
            throw new TransportException(
                FailureKind.Configuration,
                "This server stores nothing, so that nothing can be acknowledged: leave stored out."
            );
        if (new NatsSubjects().Validate(message.Topic) is { } problem)
            throw new TransportException(
                FailureKind.Configuration,
                $"\"{message.Topic}\" is no subject to send to: {problem}."
            );
        var headers = Headers(message);
        if (headers.Length + message.Payload.Length > ClientParser.MaximumPayload)
            throw new TransportException(
                FailureKind.Configuration,
                $"The message has {headers.Length + message.Payload.Length:N0} bytes, and at most {ClientParser.MaximumPayload:N0} can be sent."
            );
        context.Inbox.TryPost(NatsOutgoing.Listed(message, message.Topic, replyTo, exchange, context.Time.GetUtcNow()));
        return router.Send(new ServedMessage(message.Topic, replyTo, headers, message.Payload.ToArray()), from: null);
    }

    public async IAsyncEnumerable<Message> RequestAsync(
        OutgoingMessage message,
        RequestOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var inbox = "_INBOX." + RandomNumberGenerator.GetHexString(22);
        var exchange = context.NextExchange();
        var started = context.Time.GetTimestamp();
        var replies = new ReplySubscription(inbox);
        using var timeout = new CancellationTokenSource(options.Timeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        router.Add(replies);
        try
        {
            if (Send(message, inbox, exchange) == 0)
                throw new TransportException(
                    FailureKind.RefusedByPeer,
                    $"No client subscribes to {message.Topic}, so that nobody can answer."
                );
            for (var count = 0; count < (options.MaximumResponses ?? int.MaxValue); count++)
            {
                if (await NextAsync(replies, either.Token, cancellationToken).ConfigureAwait(false) is not { } reply)
                {
                    if (count == 0)
                        throw new TransportException(
                            FailureKind.TimedOut,
                            $"No reply to {message.Topic} came within {Quantity.Format(options.Timeout)}."
                        );
                    yield break;
                }

                yield return Of(reply, exchange, context.Time.GetUtcNow(), context.Time.GetElapsedTime(started));
            }
        }
        finally
        {
            router.Remove(replies);
        }
    }

    private static async Task<ServedMessage?> NextAsync(
        ReplySubscription replies,
        CancellationToken either,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await replies.Messages.ReadAsync(either).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static Message Of(ServedMessage reply, ExchangeId exchange, DateTimeOffset now, TimeSpan elapsed) =>
        new()
        {
            Time = now,
            Topic = reply.Subject,
            Payload = reply.Payload,
            Exchange = exchange,
            Details = new MessageDetails(
                new Detail(NatsDetails.RoundTrip, DetailValue.Of((long)elapsed.TotalMilliseconds))
            ),
        };

    private static byte[] Headers(OutgoingMessage message)
    {
        var headers = NatsOutgoing.Headers(message);
        if (headers is null)
            return [];
        var text = new StringBuilder("NATS/1.0\r\n");
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
                text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.Append("\r\n").ToString());
    }

    private sealed record ReplySubscription(string Inbox) : ServedSubscription("0", Inbox, Queue: null)
    {
        private readonly Channel<ServedMessage> _messages = Channel.CreateBounded<ServedMessage>(
            new BoundedChannelOptions(MostUnread) { FullMode = BoundedChannelFullMode.DropWrite }
        );

        public ChannelReader<ServedMessage> Messages => _messages.Reader;

        public override void Take(in ServedMessage message) => _messages.Writer.TryWrite(message);
    }
}
