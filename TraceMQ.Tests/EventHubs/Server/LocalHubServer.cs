using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.EventHubs.Server;

/// <summary>Our own hub on ports that the system chose.</summary>
internal sealed class LocalHubServer : IAsyncDisposable
{
    public const string Hub = "telemetry";
    public const string KeyName = "dev";
    public const string Key = "bG9jYWwtZGV2ZWxvcG1lbnQta2V5";

    private LocalHubServer(Surroundings surroundings, ISession session)
    {
        Surroundings = surroundings;
        Session = session;
        Endpoints =
        [
            .. session.ListensOn.Select(url =>
                EndpointUrl.Parse(url, Transport.Schemes, out _)
                ?? throw new InvalidOperationException($"no URL of ours: {url}")
            ),
        ];
    }

    public static ITransport Transport { get; } = Transports.Find("eventhubs")!;

    public Surroundings Surroundings { get; }

    public ISession Session { get; }

    public IReadOnlyList<Endpoint> Endpoints { get; }

    public int Port => Endpoints[0].Port;

    /// <summary>What Microsoft's clients are told to come here.</summary>
    public string ConnectionString => ConnectionStringOf();

    public string ConnectionStringOf(string hub = Hub, string key = Key, string host = "127.0.0.1") =>
        $"Endpoint=sb://{host}:{Port};SharedAccessKeyName={KeyName};SharedAccessKey={key};EntityPath={hub}"
        + (Endpoints[0].Scheme.Carrier == Carrier.Tcp ? ";UseDevelopmentEmulator=true" : "");

    public static Task<LocalHubServer> StartAsync(params (string Key, string Value)[] values) =>
        StartAsync("amqp://127.0.0.1:0", new Surroundings(), values);

    public static async Task<LocalHubServer> StartAsync(
        string url,
        Surroundings surroundings,
        params (string Key, string Value)[] values
    )
    {
        var profile = ProfileOf(url, values);
        var session = await Transport.ListenAsync(profile, surroundings.Context, CancellationToken.None);
        return new LocalHubServer(surroundings, session);
    }

    public static Profile ProfileOf(string url, params (string Key, string Value)[] values)
    {
        var profile = ProfileReader.Read(Transport, Raw(url, values), out var problems);
        Assert.True(
            profile is not null,
            string.Join("; ", problems.Select(problem => $"{problem.Key}: {problem.Sentence}"))
        );
        return profile;
    }

    public static IReadOnlyList<SettingProblem> ProblemsOf(string url, params (string Key, string Value)[] values)
    {
        ProfileReader.Read(Transport, Raw(url, values), out var problems);
        return problems;
    }

    public async ValueTask DisposeAsync()
    {
        var ending = Session.DisposeAsync().AsTask();
        // What the hub waits for at its end passes with its own clock.
        if (Surroundings.Context.Time is FakeTimeProvider time)
            await PassAsync(time, ending);
        await ending;
    }

    /// <summary>Lets time pass, a second at a time, until something has happened.</summary>
    public static Task PassAsync(FakeTimeProvider time, Task happening) =>
        Surroundings.UntilAsync(
            () =>
            {
                if (!happening.IsCompleted)
                    time.Advance(TimeSpan.FromSeconds(1));
                return happening.IsCompleted;
            },
            "it happens in time"
        );

    private static RawProfile Raw(string url, (string Key, string Value)[] values)
    {
        var raw = new Dictionary<string, RawValue>(StringComparer.Ordinal)
        {
            ["url"] = new RawValue.Text(url),
            ["mode"] = new RawValue.Text("server"),
            ["eventhubs.connection_string"] = new RawValue.Text(
                $"Endpoint=sb://127.0.0.1;SharedAccessKeyName={KeyName};SharedAccessKey={Key};EntityPath={Hub}"
            ),
        };
        foreach (var (key, value) in values)
            raw[key] = new RawValue.Text(value, IsUntyped: true);
        return new RawProfile("test", "eventhubs", raw);
    }
}
