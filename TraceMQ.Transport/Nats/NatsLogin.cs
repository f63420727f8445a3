using System.Text;
using System.Text.Json;
using NATS.Client.Core;
using NATS.NKeys;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Nats;

/// <summary>As whom we connect: nobody, a user with a password, a token, an NKey, or a user JWT with its seed (NATS documentation, Authentication).</summary>
internal sealed class NatsLogin
{
    private const int MaximumFile = 64 << 10;
    private static readonly TimeSpan s_soon = TimeSpan.FromHours(24);

    private NatsLogin(NatsAuthOpts options, string words, string check = "it", DateTimeOffset? expires = null)
    {
        Options = options;
        Words = words;
        Check = check;
        Expires = expires;
    }

    /// <summary>For the library.</summary>
    public NatsAuthOpts Options { get; }

    /// <summary>For sentences: <c>user me</c>, <c>the token</c>.</summary>
    public string Words { get; }

    /// <summary>What to check where it is refused: <c>check …</c>.</summary>
    public string Check { get; }

    /// <summary>When a JWT stops being valid; null where it never does, or there is none.</summary>
    public DateTimeOffset? Expires { get; }

    public bool IsAnonymous => Options.IsAnonymous;

    /// <summary>Reads what the profile says; the user name and password of the URL count where the profile names none.</summary>
    /// <exception cref="TransportException">A file cannot be read, or a seed or token is damaged.</exception>
    public static NatsLogin Of(Profile profile, Endpoint endpoint, DateTimeOffset now)
    {
        var values = profile.Values;
        if (values.Get(AuthSettings.CredentialsFile) is { Length: > 0 } path)
            return OfCredentials(path, now);
        if (values.Get(AuthSettings.NKeySeed) is { IsEmpty: false } seed)
            return OfSeed(seed.Reveal());
        if (values.Get(AuthSettings.Token) is { IsEmpty: false } token)
            return new NatsLogin(new NatsAuthOpts { Token = token.Reveal() }, "the token");
        var username = values.Has(AuthSettings.Username) ? values.Get(AuthSettings.Username) : endpoint.Username ?? "";
        var password = values.Has(AuthSettings.Password) ? values.Get(AuthSettings.Password) : endpoint.Password;
        if (username.Length == 0)
            return new NatsLogin(NatsAuthOpts.Default, "us without credentials");
        // nats://TOKEN@host is how the field writes a token in a URL.
        return password is null && !values.Has(AuthSettings.Username)
            ? new NatsLogin(new NatsAuthOpts { Token = username }, "the token in the URL")
            : new NatsLogin(
                new NatsAuthOpts { Username = username, Password = password?.Reveal() ?? "" },
                $"user {username}",
                "name and password"
            );
    }

    /// <summary>What there is to say about the time that is left; null where nothing is.</summary>
    public Fact? ExpiryFact(DateTimeOffset now) =>
        Expires is not { } expires
            ? null
            : new Fact(
                "JWT valid until",
                expires.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", System.Globalization.CultureInfo.InvariantCulture)
            )
            {
                Tone = expires - now < s_soon ? FactTone.Warning : FactTone.Normal,
            };

    /// <summary>True where the JWT ends within a day.</summary>
    public bool EndsSoon(DateTimeOffset now) => Expires is { } expires && expires - now < s_soon;

    private static NatsLogin OfSeed(string seed)
    {
        try
        {
            using var pair = KeyPair.FromSeed(seed);
            var key = pair.GetPublicKey();
            return new NatsLogin(
                new NatsAuthOpts { Seed = seed.Trim(), NKey = key },
                $"the NKey {key[..8]}…",
                "that the server knows this key"
            );
        }
        catch (FormatException exception)
        {
            throw new TransportException(
                FailureKind.Configuration,
                $"auth.nkey_seed cannot be used: {exception.Message}.",
                exception
            );
        }
    }

    private static NatsLogin OfCredentials(string path, DateTimeOffset now)
    {
        var text = ReadFile(path);
        var jwt = Block(text, "NATS USER JWT");
        var seed = Block(text, "USER NKEY SEED");
        if (jwt is null || seed is null)
            throw Damaged(path, "it has no user JWT with its seed, as nsc writes them");
        try
        {
            KeyPair.FromSeed(seed).Dispose();
        }
        catch (FormatException exception)
        {
            throw Damaged(path, $"its seed is damaged: {exception.Message}");
        }

        var (expires, name) = ReadClaims(path, jwt);
        var words = name.Length == 0 ? $"the JWT of {Path.GetFileName(path)}" : $"the JWT of user {name}";
        if (expires <= now)
            throw new TransportException(
                FailureKind.Credentials,
                $"auth.credentials_file: {words} expired on {expires:yyyy-MM-dd HH:mm}Z, so nothing was sent: get a new one."
            );
        return new NatsLogin(
            new NatsAuthOpts { Jwt = jwt, Seed = seed },
            words,
            "that the server knows its account, and has not revoked it",
            expires
        );
    }

    private static string ReadFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MaximumFile)
                throw Damaged(path, "it is too large for credentials");
            using var reader = new StreamReader(file, Encoding.UTF8);
            return reader.ReadToEnd();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TransportException(
                FailureKind.Configuration,
                $"auth.credentials_file cannot be read: {exception.Message}",
                exception
            );
        }
    }

    private static string? Block(string text, string name)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries);
        var at = Array.FindIndex(lines, line => line.Contains($"BEGIN {name}", StringComparison.Ordinal));
        return at < 0 ? null : lines.Skip(at + 1).FirstOrDefault(line => line.Length > 0 && line[0] != '-');
    }

    /// <summary>When the JWT ends and whose it is; the signature is the server's to check (RFC 7519).</summary>
    private static (DateTimeOffset? Expires, string Name) ReadClaims(string path, string jwt)
    {
        try
        {
            var parts = jwt.Split('.');
            if (parts.Length != 3)
                throw new FormatException("it has not three parts");
            using var claims = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]));
            var root = claims.RootElement;
            var expires =
                root.TryGetProperty("exp", out var exp) && exp.TryGetInt64(out var seconds) && seconds > 0
                    ? DateTimeOffset.FromUnixTimeSeconds(seconds)
                    : (DateTimeOffset?)null;
            var name =
                root.TryGetProperty("name", out var named) && named.ValueKind == JsonValueKind.String
                    ? named.GetString()!
                    : "";
            return (expires, name);
        }
        catch (Exception exception)
            when (exception
                    is FormatException
                        or JsonException
                        or InvalidOperationException
                        or ArgumentOutOfRangeException
            )
        {
            throw Damaged(path, "its JWT is damaged");
        }
    }

    private static TransportException Damaged(string path, string why) =>
        new(FailureKind.Configuration, $"auth.credentials_file {Path.GetFileName(path)} cannot be used: {why}.");
}
