namespace TraceMQ.Transport.Settings;

/// <summary>Settings of listening that protocols share; each lists the ones it honours.</summary>
public static class ServerSettings
{
    /// <summary>The value of <see cref="Reply"/> that answers nothing.</summary>
    public const string ReplyNone = "none";

    /// <summary>The value of <see cref="Reply"/> that sends back what came.</summary>
    public const string ReplyEcho = "echo";

    /// <summary>The value of <see cref="Reply"/> that sends <see cref="ReplyPayload"/>.</summary>
    public const string ReplyFixed = "fixed";

    /// <summary>What messages or requests get back.</summary>
    public static Setting<string> Reply { get; } =
        Setting
            .Choice(
                "server.reply",
                "What a message, or a request, gets back: nothing, itself, or server.reply_payload.",
                ReplyNone,
                ReplyNone,
                ReplyEcho,
                ReplyFixed
            )
            .OnlyFor(ProfileMode.Server);

    /// <summary>The fixed answer.</summary>
    public static Setting<string> ReplyPayload { get; } =
        Setting.LongText("server.reply_payload", "The answer where server.reply is fixed.").OnlyFor(ProfileMode.Server);

    /// <summary>What is wrong between the two.</summary>
    public static IEnumerable<SettingProblem> Check(Profile profile)
    {
        if (profile.Values.Has(ReplyPayload) && profile.Values.Get(Reply) != ReplyFixed)
            yield return new SettingProblem(ReplyPayload.Key, "it is sent only with server.reply = \"fixed\"");
    }
}
