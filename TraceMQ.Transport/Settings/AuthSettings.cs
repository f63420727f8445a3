namespace TraceMQ.Transport.Settings;

/// <summary>Settings of authentication that protocols share; each lists the ones it honours.</summary>
public static class AuthSettings
{
    /// <summary>The user name.</summary>
    public static Setting<string> Username { get; } = Setting.Text("auth.username", "The user name.");

    /// <summary>The password.</summary>
    public static Setting<Secret> Password { get; } = Setting.Hidden("auth.password", "The password.");
}
