namespace TraceMQ.Transport.Settings;

/// <summary>A profile whose references are resolved and whose values are checked: all that a transport needs to start a session.</summary>
public sealed record Profile
{
    /// <summary>Its name; also the connection's.</summary>
    public required string Name { get; init; }

    /// <summary>The name of its transport.</summary>
    public required string Protocol { get; init; }

    /// <summary>Whether it connects or listens.</summary>
    public ProfileMode Mode { get; init; }

    /// <summary>Where to; empty where the protocol can do without a url and none is given.</summary>
    public required IReadOnlyList<Endpoint> Endpoints { get; init; }

    /// <summary>What is subscribed after connecting.</summary>
    public IReadOnlyList<Subscription> Subscriptions { get; init; } = [];

    /// <summary>Values of <see cref="CommonSettings"/> and of the transport's settings.</summary>
    public required SettingValues Values { get; init; }

    /// <summary>True where nothing may be published or changed and nothing may be left behind.</summary>
    public bool IsReadOnly => Values.Get(CommonSettings.ReadOnly);

    /// <summary>True where changes need the profile's name first.</summary>
    public bool IsProduction => Values.Get(CommonSettings.Production);
}
