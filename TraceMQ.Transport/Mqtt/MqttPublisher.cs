using MQTTnet;
using MQTTnet.Diagnostics.PacketInspection;
using MQTTnet.Protocol;

namespace TraceMQ.Transport.Mqtt;

/// <summary>
/// Publishes, and hears a refusal that the library does not: after a PUBREC that refuses a message of QoS 2 no PUBCOMP follows (MQTT 5.0,
/// 4.3.3), but the library goes on waiting for it.
/// </summary>
internal sealed class MqttPublisher : IDisposable
{
    private const byte PubRec = 0x50;

    private readonly MqttLink _link;

    private readonly TopicAliases _aliases;

    // One at a time: a refusal names a packet identifier that only the library knows.
    private readonly SemaphoreSlim _exactlyOnce = new(1);

    public MqttPublisher(MqttLink link)
    {
        _link = link;
        _aliases = new TopicAliases(link.Result.TopicAliasMaximum);
    }

    /// <summary>Publishes with a number in the topic's place where the broker knows it already.</summary>
    public async Task<MqttClientPublishResult> PublishShortAsync(
        MqttApplicationMessage message,
        CancellationToken cancellationToken
    )
    {
        var topic = message.Topic;
        var introduced = _aliases.Shorten(message);
        var result = await PublishAsync(message, cancellationToken).ConfigureAwait(false);
        if (result.IsSuccess)
            introduced?.Invoke(topic);
        return result;
    }

    public async Task<MqttClientPublishResult> PublishAsync(
        MqttApplicationMessage message,
        CancellationToken cancellationToken
    )
    {
        if (!_link.Identity.IsVersion5 || message.QualityOfServiceLevel != MqttQualityOfServiceLevel.ExactlyOnce)
            return await _link.Client.PublishAsync(message, cancellationToken).ConfigureAwait(false);
        await _exactlyOnce.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await PublishExactlyOnceAsync(message, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _exactlyOnce.Release();
        }
    }

    public void Dispose() => _exactlyOnce.Dispose();

    private async Task<MqttClientPublishResult> PublishExactlyOnceAsync(
        MqttApplicationMessage message,
        CancellationToken cancellationToken
    )
    {
        using var refused = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        byte[]? refusal = null;
        Task HearAsync(InspectMqttPacketEventArgs packet)
        {
            if (packet is not { Direction: MqttPacketFlowDirection.Inbound, Buffer: [PubRec, >= 3, _, _, >= 0x80, ..] })
                return Task.CompletedTask;
            refusal = packet.Buffer;
            return refused.CancelAsync();
        }

        _link.Client.InspectPacketAsync += HearAsync;
        try
        {
            return await _link.Client.PublishAsync(message, refused.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (refusal is not null && MqttFailures.IsExpected(exception))
        {
            return new MqttClientPublishResult(
                packetIdentifier: null,
                (MqttClientPublishReasonCode)refusal[4],
                MqttPacketDecoder.ReasonStringOf(refusal),
                []
            );
        }
        finally
        {
            _link.Client.InspectPacketAsync -= HearAsync;
        }
    }
}
