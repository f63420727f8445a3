using TraceMQ.Tests.EventHubs.Server;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.EventHubs.Client;

/// <summary>Profiles that connect to a hub.</summary>
internal static class HubProfiles
{
    public static ITransport Transport { get; } = Transports.Find("eventhubs")!;

    /// <summary>A profile of our own hub, whatever carries it.</summary>
    public static Profile Of(LocalHubServer hub, params (string Key, string Value)[] values) =>
        OfString(hub.ConnectionString, [("url", hub.Endpoints[0].ToString()), .. TlsOf(hub), .. values]);

    /// <summary>A profile of a plain hub at a port of this machine.</summary>
    public static Profile At(int port, params (string Key, string Value)[] values) =>
        OfString(
            $"Endpoint=sb://127.0.0.1:{port};SharedAccessKeyName=dev;SharedAccessKey={LocalHubServer.Key};EntityPath={LocalHubServer.Hub};UseDevelopmentEmulator=true",
            values
        );

    public static Profile OfString(string connectionString, params (string Key, string Value)[] values)
    {
        var profile = ProfileReader.Read(Transport, Raw(connectionString, values), out var problems);
        Assert.True(
            profile is not null,
            string.Join("; ", problems.Select(problem => $"{problem.Key}: {problem.Sentence}"))
        );
        return profile;
    }

    public static IReadOnlyList<SettingProblem> ProblemsOf(
        string connectionString,
        params (string Key, string Value)[] values
    )
    {
        ProfileReader.Read(Transport, Raw(connectionString, values), out var problems);
        return problems;
    }

    private static (string Key, string Value)[] TlsOf(LocalHubServer hub) =>
        hub.Endpoints[0].Scheme.Carrier.IsSecure
            ?
            [
                ("tls.ca_file", TestCertificates.Shared.Ca),
                ("tls.certificate_file", TestCertificates.Shared.Client.Certificate),
                ("tls.private_key_file", TestCertificates.Shared.Client.Key),
            ]
            : [];

    private static RawProfile Raw(string connectionString, (string Key, string Value)[] values)
    {
        var raw = new Dictionary<string, RawValue>(StringComparer.Ordinal);
        if (connectionString.Length > 0)
            raw["eventhubs.connection_string"] = new RawValue.Text(connectionString);
        foreach (var (key, value) in values)
            raw[key] = new RawValue.Text(value, IsUntyped: true);
        return new RawProfile("test", "eventhubs", raw);
    }
}
