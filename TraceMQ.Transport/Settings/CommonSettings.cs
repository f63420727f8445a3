namespace TraceMQ.Transport.Settings;

/// <summary>The settings that every profile has, whatever its protocol.</summary>
public static class CommonSettings
{
    /// <summary>Which protocol: the name of a transport. It is read before all others.</summary>
    public const string ProtocolKey = "protocol";

    /// <summary>What is received after connecting: <see cref="Subscribe"/>.</summary>
    public const string SubscribeKey = "subscribe";

    /// <summary>The folder of the profile list.</summary>
    public static Setting<string> Group { get; } = Setting.Text("group", "The folder that the profile is listed in.");

    /// <summary>The colour of the connection's name.</summary>
    public static Setting<string> Color { get; } =
        Setting.Choice(
            "color",
            "The colour of its name in lists.",
            "auto",
            "auto",
            "red",
            "orange",
            "yellow",
            "green",
            "cyan",
            "blue",
            "purple"
        );

    /// <summary>Client or server.</summary>
    public static Setting<string> Mode { get; } =
        Setting.Choice("mode", "Whether it connects to url, or listens there.", "client", "client", "server");

    /// <summary>A production system.</summary>
    public static Setting<bool> Production { get; } =
        Setting.Flag(
            "production",
            "Marks it on the screen; publish, clear and delete ask for the profile's name first."
        );

    /// <summary>Refuses every change.</summary>
    public static Setting<bool> ReadOnly { get; } =
        Setting.Flag("read_only", "Publishes and changes nothing, and leaves nothing behind on the peer.");

    /// <summary>Connects at start.</summary>
    public static Setting<bool> AutoConnect { get; } =
        Setting.Flag("auto_connect", "Connects when the full screen starts.");

    /// <summary>A share of the store.</summary>
    public static Setting<long> Memory { get; } =
        Setting.Size(
            "memory",
            "A share of the store that no other connection can push out; 0: none of its own.",
            0,
            0,
            64L << 30
        );

    /// <summary>Where to connect to or listen.</summary>
    public static Setting<IReadOnlyList<string>> Url { get; } =
        new(
            "url",
            SettingKind.TextList,
            "Where to connect to, or to listen.",
            [],
            raw =>
                raw is RawValue.Text text ? new SettingParse<IReadOnlyList<string>>(SplitUrls(text.Value), null)
                : raw is RawValue.List list && list.Items.All(item => item is RawValue.Text)
                    ? new SettingParse<IReadOnlyList<string>>(
                        [.. list.Items.Cast<RawValue.Text>().SelectMany(item => SplitUrls(item.Value))],
                        null
                    )
                : SettingParse<IReadOnlyList<string>>.Wrong("write a URL in quotes"),
            value => string.Join(",", value),
            value =>
                value.Count == 1
                    ? new RawValue.Text(value[0])
                    : new RawValue.List([.. value.Select(item => new RawValue.Text(item))])
        )
        {
            IsRequired = true,
        };

    /// <summary>What guards and lists a profile before it is connected, and so cannot hold references.</summary>
    public static IReadOnlyList<Setting> KnownBeforeConnecting { get; } =
    [Group, Color, Mode, Production, ReadOnly, AutoConnect, Memory];

    /// <summary>What is subscribed after connecting, in the terms of a protocol.</summary>
    public static Setting<IReadOnlyList<Subscription>> Subscribe(ITransport transport) =>
        Setting.Subscriptions(
            SubscribeKey,
            $"What is received after connecting: {transport.Topics.Term}s, or tables with the settings of a subscription.",
            transport.Topics,
            transport.SubscribeSettings
        );

    /// <summary>Every setting of a profile of this protocol, in the order of the form and of the file.</summary>
    public static IReadOnlyList<Setting> Of(ITransport transport) =>
        [
            Group,
            Color,
            Mode,
            Production,
            ReadOnly,
            AutoConnect,
            Memory,
            Url,
            Subscribe(transport),
            .. transport.ProfileSettings,
        ];

    /// <summary>True where a profile of this protocol and mode may have this setting.</summary>
    public static bool Has(ITransport transport, ProfileMode mode, Setting setting) =>
        setting.Key == Url.Key ? transport.UrlUse(mode) != UrlUse.None
        : setting.Key == SubscribeKey ? mode == ProfileMode.Client && transport.HasSubscriptions
        : (setting.OnlyIn ?? mode) == mode;

    private static string[] SplitUrls(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
