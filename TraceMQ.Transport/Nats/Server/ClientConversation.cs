using System.IO.Pipelines;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Nats.Server;

/// <summary>Talks with one client from its greeting to its end.</summary>
internal sealed class ClientConversation(
    ServedNatsClient client,
    PeerStream peer,
    NatsRouter router,
    ServerGate gate,
    SessionContext context
)
{
    /// <summary>Takes a message of the client.</summary>
    public delegate void MessageHandler(in ServedMessage message);

    private const int MaximumUnansweredPings = 2;
    private static readonly TimeSpan s_signInPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_pingInterval = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(2);

    private readonly NatsTap _incoming = new(Direction.In, context);

    /// <summary>Hears every message of the client.</summary>
    public required MessageHandler Published { get; init; }

    /// <summary>Hears why the client was sent away.</summary>
    public required Action<string> Refused { get; init; }

    /// <summary>Runs to the end.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var writing = WriteAsync(ending.Token);
        var watching = WatchAsync(ending.Token);
        try
        {
            await ReadAsync(writing, ending.Token).ConfigureAwait(false);
        }
        finally
        {
            foreach (var subscription in client.Subscriptions.Values)
                router.Remove(subscription);
            client.Outbox.Close();
            // A word of goodbye still goes out, unless the client does not take it.
            ending.CancelAfter(s_goodbye);
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ending.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ReadAsync(Task writing, CancellationToken cancellationToken)
    {
        // As much as one message may hold, and the line before it.
        var reader = PipeReader.Create(
            peer.Stream,
            new StreamPipeReaderOptions(bufferSize: 64 << 10, minimumReadSize: 4 << 10, leaveOpen: true)
        );
        try
        {
            while (!writing.IsCompleted)
            {
                var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                var rest = read.Buffer;
                while (ClientParser.Read(ref rest) is { } command)
                    Take(command);
                Follow(read.Buffer.Slice(0, rest.Start));
                reader.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted)
                    return;
            }
        }
        catch (NatsParseException exception)
        {
            client.Outbox.Add($"-ERR '{exception.Error}'");
            Refused($"The client {client.Name} was sent away: {exception.Error}.");
        }
        finally
        {
            await reader.CompleteAsync().ConfigureAwait(false);
        }
    }

    private void Follow(System.Buffers.ReadOnlySequence<byte> taken)
    {
        if (!context.Wire.IsWatched)
            return;
        foreach (var part in taken)
            _incoming.Feed(part.Span);
    }

    private void Take(ClientCommand command)
    {
        if (!client.IsAdmitted && !gate.IsOpen && command is not (ClientCommand.Connect or ClientCommand.Ping))
            throw new NatsParseException("Authorization Violation");
        switch (command)
        {
            case ClientCommand.Connect connect:
                Admit(ClientOptions.Parse(connect.Json));
                break;
            case ClientCommand.Ping:
                client.Outbox.Add("PONG");
                return;
            case ClientCommand.Pong:
                client.UnansweredPings = 0;
                return;
            case ClientCommand.Subscribe subscribe:
                Subscribe(subscribe);
                break;
            case ClientCommand.Unsubscribe unsubscribe:
                Unsubscribe(unsubscribe);
                break;
            case ClientCommand.Publish publish:
                Publish(publish.Message);
                break;
        }

        if (client.Options.IsVerbose)
            client.Outbox.Add("+OK");
    }

    private void Admit(ClientOptions options)
    {
        if (!gate.Admits(options))
            throw new NatsParseException("Authorization Violation");
        client.Options = options;
        client.IsAdmitted = true;
    }

    private void Subscribe(ClientCommand.Subscribe subscribe)
    {
        if (new NatsSubjects().ValidatePattern(subscribe.Subject) is not null)
        {
            client.Outbox.Add("-ERR 'Invalid Subject'");
            return;
        }

        if (client.Subscriptions.Count >= ServedNatsClient.MaximumSubscriptions)
            throw new NatsParseException("Maximum Subscriptions Exceeded");
        var subscription = new ClientSubscription(client, subscribe.Id, subscribe.Subject, subscribe.Queue)
        {
            Ended = End,
        };
        if (client.Subscriptions.TryAdd(subscribe.Id, subscription))
            router.Add(subscription);
    }

    private void Unsubscribe(ClientCommand.Unsubscribe unsubscribe)
    {
        if (!client.Subscriptions.TryGetValue(unsubscribe.Id, out var subscription))
            return;
        if (unsubscribe.Maximum is not { } maximum || subscription.EndAfter(maximum))
            End(subscription);
    }

    private void End(ClientSubscription subscription)
    {
        client.Subscriptions.TryRemove(subscription.Id, out _);
        router.Remove(subscription);
    }

    private void Publish(in ServedMessage message)
    {
        if (new NatsSubjects().Validate(message.Subject) is not null)
            client.Outbox.Add("-ERR 'Invalid Publish Subject'");
        else
            Published(message);
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.Outbox.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The client is gone, which the reading side hears too.
        }

        if (client.Outbox.IsOverflown)
            Refused(
                $"The client {client.Name} was sent away: it does not read, and {Quantity.FormatSize(ClientOutbox.MaximumPending)} may wait for one."
            );
        client.Cut();
    }

    /// <summary>Sends away who does not say who it is, and who does not answer pings.</summary>
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(s_signInPatience, context.Time, cancellationToken).ConfigureAwait(false);
        if (!client.IsAdmitted && !gate.IsOpen)
        {
            SendAway("Authentication Timeout");
            return;
        }

        while (true)
        {
            await Task.Delay(s_pingInterval, context.Time, cancellationToken).ConfigureAwait(false);
            if (++client.UnansweredPings > MaximumUnansweredPings)
            {
                SendAway("Stale Connection");
                return;
            }

            client.Outbox.Add("PING");
        }
    }

    private void SendAway(string error)
    {
        client.Outbox.Add($"-ERR '{error}'");
        client.Outbox.Close();
        Refused($"The client {client.Name} was sent away: {error}.");
    }
}
