using System.Security.Cryptography;
using System.Text;
using MQTTnet.Protocol;
using MQTTnet.Server;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt.Server;

/// <summary>Who may connect to our broker.</summary>
internal sealed class BrokerGate
{
    private readonly byte[]? _username;
    private readonly byte[] _password;

    public BrokerGate(Profile profile, Endpoint endpoint)
    {
        var (username, password) = MqttIdentity.CredentialsOf(profile, endpoint);
        _username = string.IsNullOrEmpty(username) ? null : Encoding.UTF8.GetBytes(username);
        _password = Encoding.UTF8.GetBytes(password?.Reveal() ?? "");
    }

    /// <summary>True where anyone may.</summary>
    public bool IsOpen => _username is null;

    public Task ValidateAsync(ValidatingConnectionEventArgs client)
    {
        if (_username is not null && !IsKnown(client))
            client.ReasonCode = MqttConnectReasonCode.BadUserNameOrPassword;
        else if (string.IsNullOrEmpty(client.ClientId))
            client.AssignedClientIdentifier = NamedClientAdapter.MakeUpId();
        return Task.CompletedTask;
    }

    // Both are compared in any case and in constant time, so that an answer's delay tells nothing.
    private bool IsKnown(ValidatingConnectionEventArgs client) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(client.UserName ?? ""), _username)
        & CryptographicOperations.FixedTimeEquals(client.RawPassword ?? [], _password);
}
