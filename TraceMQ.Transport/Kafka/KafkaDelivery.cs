namespace TraceMQ.Transport.Kafka;

/// <summary>Puts records into the inbox, where they wait for room: a log is pulled, and never loses what is slow to be taken.</summary>
internal sealed class KafkaDelivery(SessionContext context, string topic)
{
    /// <summary>Puts a record in.</summary>
    /// <returns>Ends when somebody has taken it.</returns>
    public Task Deliver(in KafkaRecord record, bool isReplayed, CancellationToken cancellationToken) =>
        Put(KafkaDetails.ToMessage(record, context.Time.GetUtcNow(), isReplayed), cancellationToken);

    /// <summary>Puts a record in of which nobody has to know when it is taken.</summary>
    public void Leave(in KafkaRecord record, bool isReplayed, CancellationToken cancellationToken)
    {
        var message = KafkaDetails.ToMessage(record, context.Time.GetUtcNow(), isReplayed);
        if (!context.Inbox.TryWrite(message))
            _ = Put(message, cancellationToken);
    }

    /// <summary>Puts a mark in.</summary>
    /// <param name="mark">Which.</param>
    /// <param name="subscription">The topic of the subscription, with its partition.</param>
    /// <param name="cancellationToken">Gives up waiting for room.</param>
    public void Mark(HistoryMark mark, string subscription, CancellationToken cancellationToken)
    {
        _ = Put(
            new Message
            {
                Time = context.Time.GetUtcNow(),
                Topic = subscription,
                Mark = mark,
            },
            cancellationToken
        );
    }

    /// <summary>Says something about the subscription.</summary>
    public void Warn(string sentence) => context.Notices.TryWrite(new Notice(NoticeLevel.Warning, sentence, topic));

    // A thread of its own waits here, as it waits for the library.
    private Task Put(Message message, CancellationToken cancellationToken)
    {
        var writing = context.Inbox.WriteAsync(message, cancellationToken);
        return writing.IsCompletedSuccessfully ? writing.Result : writing.AsTask().GetAwaiter().GetResult();
    }
}
