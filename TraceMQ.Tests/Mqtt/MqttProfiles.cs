using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Mqtt;

/// <summary>Profiles of MQTT, read as they are read from a file.</summary>
internal static class MqttProfiles
{
    public static ITransport Transport { get; } = Transports.Find("mqtt")!;

    public static Profile Of(int port, params (string Key, string Value)[] values) =>
        Of($"mqtt://127.0.0.1:{port}", values);

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
        ProfileReader.Read(Transport, Raw("mqtt://localhost", values), out var problems);
        return problems;
    }

    private static RawProfile Raw(string url, (string Key, string Value)[] values)
    {
        var raw = new Dictionary<string, RawValue>(StringComparer.Ordinal) { ["url"] = new RawValue.Text(url) };
        foreach (var (key, value) in values)
            raw[key] = new RawValue.Text(value, IsUntyped: true);
        return new RawProfile("test", "mqtt", raw);
    }
}
