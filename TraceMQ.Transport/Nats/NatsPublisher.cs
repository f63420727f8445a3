using NATS.Client.Core;
using NATS.Client.JetStream;

namespace TraceMQ.Transport.Nats;

/// <summary>Sends messages, and waits until the server has taken or refused them.</summary>
internal sealed class NatsPublisher(NatsLink link, NatsPrefix prefix, SessionContext context)
{
    /// <summary>Sends a message.</summary>
    /// <exception cref="TransportException">It cannot be sent as it is, or the connection failed.</exception>
    public async Task<PublishResult> PublishAsync(OutgoingMessage message, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        var replyTo = message.Options.Get(NatsSettings.ReplyTo) is { Length: > 0 } written
            ? prefix.Subject(written)
            : null;
        var subject = await SendAsync(message, replyTo, exchange: null, cancellationToken).ConfigureAwait(false);
        if (subject.Acknowledged is { } result)
            return result with { Elapsed = context.Time.GetElapsedTime(started) };
        await link.FlushAsync(cancellationToken).ConfigureAwait(false);
        return link.WasPublishDenied(subject.Subject)
            ? new PublishResult(
                IsAccepted: false,
                $"no permission to publish to {subject.Subject}",
                context.Time.GetElapsedTime(started)
            )
            : new PublishResult(IsAccepted: true, "taken by the server", context.Time.GetElapsedTime(started));
    }

    /// <summary>Sends a message without waiting for anything but the stream's acknowledgement, where one is asked for.</summary>
    /// <returns>The whole subject, and what a stream answered.</returns>
    public async Task<(string Subject, PublishResult? Acknowledged)> SendAsync(
        OutgoingMessage message,
        string? replyTo,
        ExchangeId? exchange,
        CancellationToken cancellationToken
    )
    {
        link.ThrowIfOver();
        var subject = Checked(message);
        var headers = NatsOutgoing.Headers(message);
        var payload = message.Payload.ToArray();
        // Before it is sent, so that it stands in the list before what it causes.
        context.Inbox.TryPost(NatsOutgoing.Listed(message, subject, replyTo, exchange, context.Time.GetUtcNow()));
        link.BeginPublishing(subject);
        try
        {
            if (message.Options.Get(NatsSettings.Stored) && exchange is null)
                return (subject, await StoreAsync(subject, payload, headers, cancellationToken).ConfigureAwait(false));
            await link
                .Connection.PublishAsync(
                    subject,
                    payload,
                    headers,
                    replyTo,
                    NatsRawSerializer<byte[]>.Default,
                    opts: null,
                    cancellationToken
                )
                .ConfigureAwait(false);
            return (subject, null);
        }
        catch (Exception exception)
            when (NatsFailures.IsExpected(exception) && !cancellationToken.IsCancellationRequested)
        {
            throw new TransportException(
                FailureKind.Lost,
                "The connection ended before the message was sent; send it again when it is back.",
                exception
            );
        }
    }

    private string Checked(OutgoingMessage message)
    {
        var subject = prefix.Subject(message.Topic);
        if (new NatsSubjects().Validate(subject) is { } problem)
            throw new TransportException(
                FailureKind.Configuration,
                $"\"{subject}\" is no subject to send to: {problem}."
            );
        if (message.Payload.Length > link.Info.MaximumPayload)
            throw new TransportException(
                FailureKind.Configuration,
                $"The payload has {message.Payload.Length:N0} bytes, and the server takes at most {link.Info.MaximumPayload:N0}: send less, or raise its max_payload."
            );
        if (message.Headers.Count > 0 && !link.Info.HasHeaders)
            throw new TransportException(
                FailureKind.Configuration,
                "This server takes no headers (its version is before 2.2): leave them out."
            );
        return subject;
    }

    private async Task<PublishResult> StoreAsync(
        string subject,
        byte[] payload,
        NatsHeaders? headers,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var answer = await new NatsJSContext(link.Connection)
                .PublishAsync(
                    subject,
                    payload,
                    NatsRawSerializer<byte[]>.Default,
                    new NatsJSPubOpts { RetryAttempts = 1 },
                    headers,
                    cancellationToken
                )
                .ConfigureAwait(false);
            return answer.Error is { } error
                ? new PublishResult(
                    IsAccepted: false,
                    $"not stored: {error.Description} ({error.ErrCode})",
                    TimeSpan.Zero
                )
                : new PublishResult(
                    IsAccepted: true,
                    answer.Duplicate
                        ? $"a duplicate: stream {answer.Stream} has it as sequence {answer.Seq}"
                        : $"stored in stream {answer.Stream} as sequence {answer.Seq}",
                    TimeSpan.Zero
                )
                {
                    WasAskedFor = true,
                };
        }
        catch (Exception exception)
            when (exception
                    is NatsJSPublishNoResponseException
                        or NatsNoRespondersException
                        or NatsJSApiNoResponseException
            )
        {
            return new PublishResult(
                IsAccepted: false,
                $"not stored: no stream takes {subject}{(link.Info.HasJetStream ? "" : ", and this server has no JetStream")}",
                TimeSpan.Zero
            );
        }
    }
}
