namespace TraceMQ.Tui.Cli;

/// <summary>What a command does with a connection, beyond connecting.</summary>
[Flags]
internal enum SettingUse
{
    /// <summary>Nothing else.</summary>
    Connect = 0,

    /// <summary>It subscribes.</summary>
    Subscribe = 1,

    /// <summary>It sends.</summary>
    Publish = 2,
}
