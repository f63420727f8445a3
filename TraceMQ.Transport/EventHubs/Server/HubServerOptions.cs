using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>What a profile says about a local hub.</summary>
internal sealed record HubServerOptions
{
    /// <summary>The hub's name.</summary>
    public required string Name { get; init; }

    /// <summary>Who may use it.</summary>
    public required HubGate Gate { get; init; }

    /// <summary>The name of the key; empty where none is needed.</summary>
    public string KeyName { get; init; } = "";

    public required int PartitionCount { get; init; }

    public required Retention Retention { get; init; }

    /// <summary>Consumer groups beyond the one that every hub has.</summary>
    public IReadOnlyList<string> ConsumerGroups { get; init; } = [];

    public HubLimits Limits { get; init; } = HubLimits.Default;

    /// <summary>Reads a profile that <see cref="HubServerRules"/> found good.</summary>
    public static HubServerOptions Of(Profile profile)
    {
        var values = profile.Values;
        var text = values.Get(HubSettings.ConnectionString);
        var connection = text.IsEmpty ? null : HubConnectionString.Parse(text.Reveal(), out _);
        return new HubServerOptions
        {
            Name = NameOf(profile) ?? "",
            Gate = new HubGate(connection),
            KeyName = connection?.KeyName ?? "",
            PartitionCount = (int)values.Get(HubSettings.PartitionCount),
            Retention = new Retention(
                values.Get(HubSettings.RetentionAge),
                values.Get(HubSettings.RetentionCount),
                values.Get(HubSettings.RetentionBytes)
            ),
            ConsumerGroups = values.Get(HubSettings.ConsumerGroups),
            Limits = HubLimits.Default with { MaximumMessage = (int)values.Get(HubSettings.MaximumMessage) },
        };
    }

    /// <summary>The hub's name; null where nothing says it.</summary>
    public static string? NameOf(Profile profile)
    {
        var path = profile.Values.Get(HubSettings.EntityPath);
        if (path.Length > 0)
            return path;
        var text = profile.Values.Get(HubSettings.ConnectionString);
        var connection = text.IsEmpty ? null : HubConnectionString.Parse(text.Reveal(), out _);
        return string.IsNullOrEmpty(connection?.EntityPath) ? null : connection.EntityPath;
    }
}
