using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Contracts;

/// <summary>Names the protocol that tests write profiles of.</summary>
internal interface INamesProtocol
{
    static abstract string Protocol { get; }
}

/// <summary>Profiles of a protocol as a user would write them, their sessions, and messages to send.</summary>
internal abstract class ProfilesOf<T>
    where T : INamesProtocol
{
    public static ITransport Transport { get; } = Transports.Find(T.Protocol)!;

    public static Profile Of(string url, params IEnumerable<(string Key, string Value)> values)
    {
        var profile = ProfileReader.Read(Transport, Raw(url, values), out var problems);
        Assert.True(
            profile is not null,
            string.Join("; ", problems.Select(problem => $"{problem.Key}: {problem.Sentence}"))
        );
        return profile;
    }

    public static Profile Server(string url, params IEnumerable<(string Key, string Value)> values) =>
        Of(url, [("mode", "server"), .. values]);

    public static IReadOnlyList<SettingProblem> ProblemsOf(
        string url,
        params IEnumerable<(string Key, string Value)> values
    )
    {
        ProfileReader.Read(Transport, Raw(url, values), out var problems);
        return problems;
    }

    public static Task<ISession> ConnectAsync(
        string url,
        Surroundings surroundings,
        params IEnumerable<(string Key, string Value)> values
    ) => Transport.ConnectAsync(Of(url, values), surroundings.Context, CancellationToken.None);

    public static Task<ISession> ListenAsync(
        string url,
        Surroundings surroundings,
        params IEnumerable<(string Key, string Value)> values
    ) => Transport.ListenAsync(Server(url, values), surroundings.Context, CancellationToken.None);

    public static OutgoingMessage Message(string payload, params IEnumerable<(string Key, string Value)> options) =>
        Message(payload, topic: "", options);

    public static OutgoingMessage Message(
        string payload,
        string topic,
        params IEnumerable<(string Key, string Value)> options
    ) => Message(System.Text.Encoding.UTF8.GetBytes(payload), topic, options);

    public static OutgoingMessage Message(byte[] payload, params IEnumerable<(string Key, string Value)> options) =>
        Message(payload, topic: "", options);

    public static string Text(Message message) => System.Text.Encoding.UTF8.GetString(message.Payload.Span);

    private static OutgoingMessage Message(
        byte[] payload,
        string topic,
        IEnumerable<(string Key, string Value)> options
    )
    {
        var values = SettingValues.Empty;
        foreach (var (key, value) in options)
        {
            var setting = Transport.PublishSettings.Single(candidate => candidate.Key == key);
            Assert.True(
                setting.TryParse(new RawValue.Text(value, IsUntyped: true), out var parsed, out var problem),
                problem
            );
            values = values.WithObject(setting, parsed!);
        }

        return new OutgoingMessage
        {
            Topic = topic,
            Payload = payload,
            Options = values,
        };
    }

    private static RawProfile Raw(string url, IEnumerable<(string Key, string Value)> values)
    {
        var raw = new Dictionary<string, RawValue>(StringComparer.Ordinal) { ["url"] = new RawValue.Text(url) };
        foreach (var (key, value) in values)
            raw[key] = new RawValue.Text(value, IsUntyped: true);
        return new RawProfile("test", T.Protocol, raw);
    }
}
