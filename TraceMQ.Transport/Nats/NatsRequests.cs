using System.Runtime.CompilerServices;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>Requests with one or many replies (NATS documentation, Request-Reply).</summary>
internal sealed class NatsRequests(NatsLink link, NatsPublisher publisher, NatsPrefix prefix, SessionContext context)
    : IRequests
{
    public async IAsyncEnumerable<Message> RequestAsync(
        OutgoingMessage message,
        RequestOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        if (WhyNot(message) is { } problem)
            throw new TransportException(FailureKind.Configuration, problem);
        var inbox = link.Connection.NewInbox();
        var replies = new NatsReplySubscriber(link.Connection, inbox, prefix, context);
        using var timeout = new CancellationTokenSource(options.Timeout, context.Time);
        try
        {
            await link.Connection.AddSubAsync(replies, cancellationToken).ConfigureAwait(false);
            replies.Begin();
            await publisher.SendAsync(message, inbox, replies.Exchange, cancellationToken).ConfigureAwait(false);
            for (var count = 0; count < (options.MaximumResponses ?? int.MaxValue); count++)
            {
                var reply = await NextAsync(replies, timeout.Token, cancellationToken).ConfigureAwait(false);
                if (reply is null && count == 0)
                    throw NoReply(message, options, replies);
                if (reply is null)
                    yield break;
                yield return reply;
            }
        }
        finally
        {
            await replies.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static string? WhyNot(OutgoingMessage message) =>
        message.Options.Get(NatsSettings.Stored)
            ? "A request waits for its replies and not for a stream: leave stored out, or publish."
        : message.Options.Get(NatsSettings.ReplyTo).Length > 0
            ? "A request has a reply subject of its own: leave reply_to out, or publish."
        : null;

    private async Task<Message?> NextAsync(
        NatsReplySubscriber replies,
        CancellationToken timeout,
        CancellationToken cancellationToken
    )
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout, cancellationToken);
        var waiting = replies.Replies.WaitToReadAsync(either.Token).AsTask();
        await Task.WhenAny(waiting, link.Completion).ConfigureAwait(false);
        if (!waiting.IsCompleted)
        {
            await either.CancelAsync().ConfigureAwait(false);
            await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await link.Completion.ConfigureAwait(false);
            throw new TransportException(FailureKind.Lost, "The connection ended before a reply came.");
        }

        try
        {
            return await waiting.ConfigureAwait(false) && replies.Replies.TryRead(out var reply) ? reply : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private TransportException NoReply(OutgoingMessage message, RequestOptions options, NatsReplySubscriber replies)
    {
        var subject = prefix.Subject(message.Topic);
        if (link.WasPublishDenied(subject))
            return new TransportException(FailureKind.Permission, $"These credentials may not publish to {subject}.");
        return replies.HasNoResponders
            ? new TransportException(
                FailureKind.RefusedByPeer,
                $"Nobody answers requests to {message.Topic}: check the subject, and that the service runs."
            )
            : new TransportException(
                FailureKind.TimedOut,
                $"No reply to {message.Topic} came within {Quantity.Format(options.Timeout)}: somebody listens there, but did not answer."
            );
    }
}
