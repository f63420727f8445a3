namespace TraceMQ.Transport.Nats.Server;

/// <summary>A client broke the protocol: it gets the error, and is closed.</summary>
/// <param name="error">As nats-server words it, without quotes.</param>
internal sealed class NatsParseException(string error) : Exception(error)
{
    public string Error => Message;
}
