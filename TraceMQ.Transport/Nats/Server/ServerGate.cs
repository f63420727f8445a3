using System.Security.Cryptography;
using System.Text;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats.Server;

/// <summary>Who may connect to our server: anybody, the user of the profile, or whoever has its token.</summary>
internal sealed class ServerGate
{
    private readonly string _username;
    private readonly Secret _password;
    private readonly Secret _token;

    public ServerGate(Profile profile)
    {
        _username = profile.Values.Get(AuthSettings.Username);
        _password = profile.Values.Get(AuthSettings.Password);
        _token = profile.Values.Get(AuthSettings.Token);
    }

    /// <summary>True where anybody may.</summary>
    public bool IsOpen => _username.Length == 0 && _token.IsEmpty;

    /// <summary>For the card.</summary>
    public string Words =>
        _username.Length > 0 ? "the user name and password of the profile"
        : !_token.IsEmpty ? "the token of the profile"
        : "no credentials";

    // Compared in constant time, so that an answer's delay tells nothing.
    public bool Admits(ClientOptions client) =>
        IsOpen
        || (
            _username.Length > 0
                ? Same(client.Username, _username) & Same(client.Password, _password.Reveal())
                : Same(client.Token, _token.Reveal())
        );

    private static bool Same(string given, string wanted) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(wanted));
}
