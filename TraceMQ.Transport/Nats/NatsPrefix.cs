namespace TraceMQ.Transport.Nats;

/// <summary>What a profile puts before every subject. Reply inboxes and the API of JetStream are left alone.</summary>
internal sealed class NatsPrefix
{
    private static readonly string[] s_server = ["_INBOX.", "$JS.", "$SYS."];
    private static readonly string[] s_system = [.. s_server, "$KV.", "$O."];

    public NatsPrefix(string written) => Text = written.Length == 0 || written.EndsWith('.') ? written : written + ".";

    /// <summary>With its dot; empty where there is none.</summary>
    public string Text { get; }

    /// <summary>The whole subject of a topic.</summary>
    public string Subject(string topic) => Text.Length == 0 || IsSystem(topic) ? topic : Text + topic;

    /// <summary>The topic of a whole subject.</summary>
    public string Topic(string subject) =>
        Text.Length > 0 && subject.StartsWith(Text, StringComparison.Ordinal) ? subject[Text.Length..] : subject;

    /// <summary>True for the server's own subjects and those of buckets, which are shown only where they are asked for.</summary>
    public static bool IsSystem(string subject) => BeginsWith(subject, s_system);

    /// <summary>True for what servers say themselves.</summary>
    public static bool IsOfServer(string subject) => BeginsWith(subject, s_server);

    private static bool BeginsWith(string subject, string[] beginnings)
    {
        if (subject.Length == 0 || subject[0] is not ('_' or '$'))
            return false;
        foreach (var system in beginnings)
        {
            if (subject.StartsWith(system, StringComparison.Ordinal))
                return true;
        }

        return false;
    }
}
