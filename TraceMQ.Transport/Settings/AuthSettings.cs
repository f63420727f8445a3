namespace TraceMQ.Transport.Settings;

/// <summary>Settings of authentication that protocols share; each lists the ones it honours.</summary>
public static class AuthSettings
{
    /// <summary>The user name.</summary>
    public static Setting<string> Username { get; } = Setting.Text("auth.username", "The user name.");

    /// <summary>The password.</summary>
    public static Setting<Secret> Password { get; } = Setting.Hidden("auth.password", "The password.");

    /// <summary>A token: bearer in HTTP, <c>auth_token</c> in NATS.</summary>
    public static Setting<Secret> Token { get; } = Setting.Hidden("auth.token", "The token.");

    /// <summary>A file with a user JWT and its seed.</summary>
    public static Setting<string> CredentialsFile { get; } =
        Setting.PrivateFile("auth.credentials_file", "The file with a user's JWT and seed (.creds).");

    /// <summary>The seed of an NKey.</summary>
    public static Setting<Secret> NKeySeed { get; } =
        Setting.Hidden("auth.nkey_seed", "The seed of a user's NKey; it begins with SU.");
}
