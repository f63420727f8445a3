using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Coap;

/// <summary>Profiles as a user would write them, and sessions of them.</summary>
internal static class CoapProfiles
{
    public static ITransport Transport { get; } = Transports.Find("coap")!;

    public static Profile Of(string url, params IEnumerable<(string Key, string Value)> values)
    {
        var profile = ProfileReader.Read(Transport, Raw(url, values), out var problems);
        Assert.True(
            profile is not null,
            string.Join("; ", problems.Select(problem => $"{problem.Key}: {problem.Sentence}"))
        );
        return profile;
    }

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
    ) => Transport.ListenAsync(Of(url, [("mode", "server"), .. values]), surroundings.Context, CancellationToken.None);

    public static OutgoingMessage Message(string payload, params IEnumerable<(string Key, string Value)> options) =>
        Message(payload, topic: "", options);

    public static OutgoingMessage Message(
        string payload,
        string topic,
        params IEnumerable<(string Key, string Value)> options
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
            Payload = System.Text.Encoding.UTF8.GetBytes(payload),
            Options = values,
        };
    }

    public static string Text(Message message) => System.Text.Encoding.UTF8.GetString(message.Payload.Span);

    /// <summary>How a session ended.</summary>
    public static Task<TransportException> FailureAsync(this ISession session) =>
        Assert.ThrowsAsync<TransportException>(() => session.Completion.WaitAsync(Surroundings.Patience));

    private static RawProfile Raw(string url, IEnumerable<(string Key, string Value)> values)
    {
        var raw = new Dictionary<string, RawValue>(StringComparer.Ordinal) { ["url"] = new RawValue.Text(url) };
        foreach (var (key, value) in values)
            raw[key] = new RawValue.Text(value, IsUntyped: true);
        return new RawProfile("test", "coap", raw);
    }
}
