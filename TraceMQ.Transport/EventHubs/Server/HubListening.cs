using Amqp.Framing;
using TraceMQ.Transport.EventHubs.Server.Protocol;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>Reads a client's frames and does what they say, one after the other: while an event waits for room in the hub, so does the client.</summary>
/// <param name="client">Whose.</param>
/// <param name="reader">Where they come from.</param>
/// <param name="protocol">What they mean.</param>
/// <param name="sender">What is answered to them.</param>
internal sealed class HubListening(HubClient client, FrameReader reader, HubProtocol protocol, HubSender sender)
{
    private long _lastRead = client.Time.GetTimestamp();
    private volatile bool _isWaitingForUs;

    /// <summary>How long the client has said nothing; zero while it is us that it waits for.</summary>
    public TimeSpan Silence =>
        _isWaitingForUs ? TimeSpan.Zero : client.Time.GetElapsedTime(Interlocked.Read(ref _lastRead));

    /// <summary>Reads until the client has closed the connection, or has gone.</summary>
    /// <exception cref="AmqpViolationException">It does not keep to the protocol.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!protocol.IsClosed && await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
        {
            Interlocked.Exchange(ref _lastRead, client.Time.GetTimestamp());
            Delivery? delivery;
            lock (client.Gate)
            {
                delivery = protocol.Take(frame);
                if (delivery?.Link is RequestLink request)
                {
                    request.Answer(AmqpCodec.ReadMessage(delivery.Message));
                    request.Settle(delivery, new Accepted());
                }
            }

            if (delivery?.Link is ProducerLink producer)
                await TakeInAsync(producer, delivery, cancellationToken).ConfigureAwait(false);
            // Also where nothing was written: credit may have come.
            if (!reader.IsFrameBuffered || client.Output.IsFull)
                client.Wake();
            await sender.RoomAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task TakeInAsync(ProducerLink producer, Delivery delivery, CancellationToken cancellationToken)
    {
        _isWaitingForUs = true;
        var taking = client.Hub.Intake.TakeAsync(producer, delivery, cancellationToken);
        // What was answered before need not wait with this one.
        if (!taking.IsCompleted)
            client.Wake();
        var outcome = await taking.ConfigureAwait(false);
        Interlocked.Exchange(ref _lastRead, client.Time.GetTimestamp());
        _isWaitingForUs = false;
        lock (client.Gate)
            producer.Settle(delivery, outcome);
    }
}
