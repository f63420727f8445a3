using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Nats;

/// <summary>Profiles of NATS, read as they are read from a file.</summary>
internal static class NatsProfiles
{
    public static ITransport Transport { get; } = Transports.Find("nats")!;

    public static Profile Of(int port, params (string Key, string Value)[] values) =>
        Of($"nats://127.0.0.1:{port}", values);

    public static Profile Of(string url, params (string Key, string Value)[] values)
    {
        var profile = ProfileReader.Read(Transport, Raw(url, values), out var problems);
        Assert.True(
            profile is not null,
            string.Join("; ", problems.Select(problem => $"{problem.Key}: {problem.Sentence}"))
        );
        return profile;
    }

    public static IReadOnlyList<SettingProblem> ProblemsOf(params (string Key, string Value)[] values)
    {
        ProfileReader.Read(Transport, Raw("nats://localhost", values), out var problems);
        return problems;
    }

    /// <summary>A subscription with options as they are written.</summary>
    public static Subscription Subscription(string topic, params (string Key, string Value)[] options) =>
        new(topic, Values(Transport.SubscribeSettings, options));

    /// <summary>A message with options as they are written.</summary>
    public static OutgoingMessage Message(string topic, string payload, params (string Key, string Value)[] options) =>
        new()
        {
            Topic = topic,
            Payload = System.Text.Encoding.UTF8.GetBytes(payload),
            Options = Values(Transport.PublishSettings, options),
        };

    private static SettingValues Values(IReadOnlyList<Setting> settings, (string Key, string Value)[] options)
    {
        var values = SettingValues.Empty;
        foreach (var (key, text) in options)
        {
            var setting = settings.First(candidate => candidate.Key == key);
            Assert.True(
                setting.TryParse(new RawValue.Text(text, IsUntyped: true), out var value, out var problem),
                problem
            );
            values = values.WithObject(setting, value);
        }

        return values;
    }

    private static RawProfile Raw(string url, (string Key, string Value)[] values)
    {
        var raw = new Dictionary<string, RawValue>(StringComparer.Ordinal) { ["url"] = new RawValue.Text(url) };
        foreach (var (key, value) in values)
            raw[key] = new RawValue.Text(value, IsUntyped: true);
        return new RawProfile("test", "nats", raw);
    }
}
