using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>Looks after a client's time: the handshake, signs of life on both sides, tokens that end.</summary>
internal sealed class HubVigil
{
    private readonly HubClient _client;
    private readonly HubProtocol _protocol;
    private readonly HubSender _sender;

    public HubVigil(HubClient client, HubProtocol protocol, HubSender sender)
    {
        _client = client;
        _protocol = protocol;
        _sender = sender;
    }

    /// <summary>Does what is due.</summary>
    /// <param name="silence">How long the client has said nothing, although we listened.</param>
    /// <returns>Why the client must go; null where it need not.</returns>
    public string? Look(TimeSpan silence)
    {
        var limits = _client.Limits;
        if (_protocol.Opened is null)
            return _client.Time.GetElapsedTime(_client.Since) > limits.Handshake
                ? "did not finish the handshake in time"
                : null;
        if (_sender.Stuck > limits.Silence)
            return $"read nothing of what was sent to it for {Quantity.Format(limits.Silence)}";
        if (silence > 2 * limits.Silence)
            return $"gave no sign of life for {Quantity.Format(2 * limits.Silence)}";
        lock (_client.Gate)
        {
            if (_protocol.Heartbeat is { } heartbeat && _client.Output.IsEmpty && _sender.Quiet >= heartbeat)
                _client.Output.WriteEmpty();
            DetachExpired();
        }

        return null;
    }

    private void DetachExpired()
    {
        var claims = _client.Claims;
        if (claims.IsOpen || claims.Count == 0)
            return;
        var now = _client.Time.GetUtcNow();
        foreach (var link in _protocol.Links)
        {
            if (link.NeedsClaim && !link.IsDetached && !claims.Allows(link.Path, now))
                link.Detach(
                    HubVocabulary.UnauthorizedAccess,
                    "ExpiredToken: the token for this link has expired; put a new one before it does."
                );
        }

        claims.Expire(now);
    }
}
