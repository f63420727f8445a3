using System.Globalization;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Kafka;

/// <summary>Profiles of Kafka, read as they are read from a file.</summary>
internal static class KafkaProfiles
{
    public static ITransport Transport { get; } = Transports.Find("kafka")!;

    public static Profile At(int port, params (string Key, string Value)[] values) =>
        Of([("url", string.Create(CultureInfo.InvariantCulture, $"kafka://127.0.0.1:{port}")), .. values]);

    public static Profile Of(params (string Key, string Value)[] values)
    {
        var profile = ProfileReader.Read(Transport, Raw(values), out var problems);
        Assert.True(
            profile is not null,
            string.Join("; ", problems.Select(problem => $"{problem.Key}: {problem.Sentence}"))
        );
        return profile;
    }

    public static IReadOnlyList<SettingProblem> ProblemsOf(params (string Key, string Value)[] values)
    {
        ProfileReader.Read(Transport, Raw(values), out var problems);
        return problems;
    }

    /// <summary>A subscription with settings as they are typed.</summary>
    public static Subscription Subscription(string topic, params (string Key, string Value)[] values) =>
        new(topic, Options(Transport.SubscribeSettings, values));

    /// <summary>A message with settings as they are typed.</summary>
    public static OutgoingMessage Message(string topic, string payload, params (string Key, string Value)[] values) =>
        new()
        {
            Topic = topic,
            Payload = System.Text.Encoding.UTF8.GetBytes(payload),
            Options = Options(Transport.PublishSettings, values),
        };

    private static SettingValues Options(IReadOnlyList<Setting> settings, (string Key, string Value)[] values)
    {
        var options = SettingValues.Empty;
        foreach (var (key, value) in values)
        {
            var setting = settings.First(candidate => candidate.Key == key);
            Assert.True(
                setting.TryParse(new RawValue.Text(value, IsUntyped: true), out var parsed, out var problem),
                problem
            );
            options = options.WithObject(setting, parsed);
        }

        return options;
    }

    private static RawProfile Raw((string Key, string Value)[] values)
    {
        var raw = new Dictionary<string, RawValue>(StringComparer.Ordinal);
        foreach (var (key, value) in values)
            raw[key] = new RawValue.Text(value, IsUntyped: true);
        return new RawProfile("test", "kafka", raw);
    }
}
