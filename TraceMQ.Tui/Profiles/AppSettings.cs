using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Profiles;

/// <summary>The settings of the program itself: <c>[ui]</c> and <c>[store]</c>.</summary>
internal static class AppSettings
{
    /// <summary>The colours.</summary>
    public static Setting<string> Theme { get; } =
        Setting.Choice(
            "ui.theme",
            "The colours: auto follows NO_COLOR and the terminal.",
            "auto",
            "auto",
            "dark",
            "light",
            "mono"
        );

    /// <summary>How many colours.</summary>
    public static Setting<string> Colors { get; } =
        Setting.Choice(
            "ui.colors",
            "How many colours the terminal has: auto asks COLORTERM.",
            "auto",
            "auto",
            "16",
            "truecolor"
        );

    /// <summary>Frames a second.</summary>
    public static Setting<string> FrameRate { get; } =
        Setting.Text(
            "ui.frame_rate",
            "Frames a second while traffic flows; auto: 5 over SSH, 20 locally.",
            "auto",
            text =>
                text == "auto" || (int.TryParse(text, out var rate) && rate is >= 1 and <= 60)
                    ? null
                    : "write \"auto\", or a number from \"1\" to \"60\""
        );

    /// <summary>The mouse.</summary>
    public static Setting<string> Mouse { get; } =
        Setting.Choice(
            "ui.mouse",
            "Clicks and wheel, or off: then the terminal selects text itself.",
            "click",
            "click",
            "off"
        );

    /// <summary>ASCII only.</summary>
    public static Setting<string> Ascii { get; } =
        Setting.Choice("ui.ascii", "Draw with ASCII only; auto: from the locale.", "auto", "auto", "true", "false");

    /// <summary>Memory for kept messages.</summary>
    public static Setting<long> Memory { get; } =
        Setting.Size(
            "store.memory",
            "Received messages kept, shared by the connections; the oldest leave first.",
            256L << 20,
            8L << 20,
            64L << 30
        );

    /// <summary>The largest message that is kept whole.</summary>
    public static Setting<long> MaximumMessage { get; } =
        Setting.Size(
            "store.max_message",
            "A larger message is cut, counted and marked.",
            64L << 20,
            1L << 10,
            1L << 30
        );

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [Theme, Colors, FrameRate, Mouse, Ascii, Memory, MaximumMessage];
}
