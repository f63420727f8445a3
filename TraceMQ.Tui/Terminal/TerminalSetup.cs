namespace TraceMQ.Tui.Terminal;

/// <summary>What the terminal can do and what the user wants of it.</summary>
internal sealed record TerminalSetup
{
    /// <summary>The theme.</summary>
    public required ThemeName Theme { get; init; }

    /// <summary>Draw with ASCII only.</summary>
    public bool IsAscii { get; init; }

    /// <summary>Most frames a second while traffic flows.</summary>
    public int FrameRate { get; init; } = 20;

    /// <summary>Mouse reports on.</summary>
    public bool IsMouseOn { get; init; } = true;

    /// <summary>Only the sixteen colours are understood.</summary>
    public bool IsSixteen => Theme == ThemeName.Sixteen;

    /// <summary>Why the full screen cannot be shown here, in a sentence; null where it can.</summary>
    /// <param name="environment">Looks an environment variable up.</param>
    /// <param name="isTerminal">True where both input and output are a terminal.</param>
    public static string? Refuse(Func<string, string?> environment, bool isTerminal)
    {
        if (!isTerminal)
            return "the full screen needs a terminal on standard input and output; in scripts use tracemq sub and tracemq pub";
        return environment("TERM") is null or "" or "dumb"
            ? "this terminal (TERM=dumb or unset) cannot show a full screen; set TERM, or use tracemq sub and tracemq pub"
            : null;
    }

    /// <summary>What suits the terminal, as far as the configuration leaves it open.</summary>
    /// <param name="environment">Looks an environment variable up.</param>
    /// <param name="theme"><c>ui.theme</c>.</param>
    /// <param name="colors"><c>ui.colors</c>.</param>
    /// <param name="frameRate"><c>ui.frame_rate</c>.</param>
    /// <param name="ascii"><c>ui.ascii</c>.</param>
    /// <param name="mouse"><c>ui.mouse</c>.</param>
    public static TerminalSetup Detect(
        Func<string, string?> environment,
        string theme,
        string colors,
        string frameRate,
        string ascii,
        string mouse
    ) =>
        new()
        {
            Theme = ThemeFor(environment, theme, colors),
            IsAscii = ascii == "auto" ? !IsUtf8(environment) : ascii == "true",
            FrameRate =
                int.TryParse(frameRate, out var rate) ? rate
                : environment("SSH_CONNECTION") is { Length: > 0 } || environment("SSH_TTY") is { Length: > 0 } ? 5
                : 20,
            IsMouseOn = mouse != "off",
        };

    private static ThemeName ThemeFor(Func<string, string?> environment, string theme, string colors)
    {
        if (theme == "mono" || (environment("NO_COLOR") is { Length: > 0 } && theme == "auto"))
            return ThemeName.Mono;
        if (colors == "16" || (colors == "auto" && !IsTrueColor(environment)))
            return ThemeName.Sixteen;
        return theme == "light" || (theme == "auto" && IsLight(environment)) ? ThemeName.Light : ThemeName.Dark;
    }

    private static bool IsTrueColor(Func<string, string?> environment) =>
        environment("COLORTERM") is "truecolor" or "24bit" || environment("TMUX") is { Length: > 0 };

    // rxvt, Konsole and others tell their colours as "foreground;background"; 7 and 15 are the light ones.
    private static bool IsLight(Func<string, string?> environment) =>
        environment("COLORFGBG") is { } colors
        && (colors.EndsWith(";7", StringComparison.Ordinal) || colors.EndsWith(";15", StringComparison.Ordinal));

    private static bool IsUtf8(Func<string, string?> environment)
    {
        var locale = First(environment("LC_ALL")) ?? First(environment("LC_CTYPE")) ?? environment("LANG") ?? "";
        return locale.Contains("UTF-8", StringComparison.OrdinalIgnoreCase)
            || locale.Contains("UTF8", StringComparison.OrdinalIgnoreCase);
    }

    private static string? First(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
