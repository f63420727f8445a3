using MQTTnet;

namespace TraceMQ.Transport.Mqtt;

/// <summary>What takes the messages of a connection.</summary>
/// <param name="OnReceivedAsync">Takes each message; serial, and must not wait.</param>
internal sealed record MqttIntake(Func<MqttApplicationMessageReceivedEventArgs, Task> OnReceivedAsync)
{
    /// <summary>Ends when more may be read from the broker.</summary>
    public Func<CancellationToken, Task> RoomAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>Hears that the broker released a message of QoS 2: its packet identifier may be used again (MQTT 5.0, 4.3.3).</summary>
    public Action<ushort> Released { get; init; } = _ => { };
}
