using System.Security.Cryptography;
using System.Text;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Streams.Http;

/// <summary>The values of Authorization headers (RFC 7617, RFC 6750).</summary>
internal static class HttpCredentials
{
    /// <summary>User and password.</summary>
    public static string Basic(string username, Secret? password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{username}:{password?.Reveal()}"));

    /// <summary>A token.</summary>
    public static string Bearer(Secret token) => "Bearer " + token.Reveal();

    /// <summary>True where a peer sent what was expected; takes as long wherever they differ.</summary>
    public static bool AreSame(string? sent, string expected) =>
        sent is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), Encoding.UTF8.GetBytes(expected));
}
