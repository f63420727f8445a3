namespace TraceMQ.Tui.Profiles;

/// <summary>Where the program's files are.</summary>
internal static class ConfigPath
{
    /// <summary><c>--config</c>, then TRACEMQ_CONFIG, then the XDG folder.</summary>
    /// <param name="chosen">The option's value; null where it was not given.</param>
    /// <param name="environment">Looks an environment variable up.</param>
    public static string Resolve(string? chosen, Func<string, string?> environment) =>
        Path.GetFullPath(
            chosen
                ?? NotEmpty(environment("TRACEMQ_CONFIG"))
                ?? Path.Combine(
                    NotEmpty(environment("XDG_CONFIG_HOME")) ?? Path.Combine(Home(environment), ".config"),
                    "tracemq",
                    "config.toml"
                )
        );

    /// <summary>The folder of the log and of what is saved by itself.</summary>
    public static string StateFolder(Func<string, string?> environment) =>
        Path.Combine(
            NotEmpty(environment("XDG_STATE_HOME")) ?? Path.Combine(Home(environment), ".local", "state"),
            "tracemq"
        );

    /// <summary>The log.</summary>
    public static string LogFile(Func<string, string?> environment) =>
        Path.Combine(StateFolder(environment), "tracemq.log");

    private static string Home(Func<string, string?> environment) =>
        NotEmpty(environment("HOME")) ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
