using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.WebSocket;

/// <summary>Profiles as a user would write them.</summary>
internal static class WebSocketProfiles
{
    public static ITransport Transport { get; } = Transports.Find("websocket")!;

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

    public static OutgoingMessage Message(string payload, params IEnumerable<(string Key, string Value)> options) =>
        Message(System.Text.Encoding.UTF8.GetBytes(payload), options);

    public static OutgoingMessage Message(byte[] payload, params IEnumerable<(string Key, string Value)> options)
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
            Topic = "",
            Payload = payload,
            Options = values,
        };
    }

    private static RawProfile Raw(string url, IEnumerable<(string Key, string Value)> values)
    {
        var raw = new Dictionary<string, RawValue>(StringComparer.Ordinal) { ["url"] = new RawValue.Text(url) };
        foreach (var (key, value) in values)
            raw[key] = new RawValue.Text(value, IsUntyped: true);
        return new RawProfile("test", "websocket", raw);
    }
}
