using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Coap;

/// <summary>A server of ours with what its list shows.</summary>
internal sealed class CoapServed : IAsyncDisposable
{
    private CoapServed(ISession session, Surroundings surroundings)
    {
        Session = session;
        Surroundings = surroundings;
    }

    public ISession Session { get; }

    public Surroundings Surroundings { get; }

    /// <summary>The first address.</summary>
    public string Url => Session.ListensOn[0].TrimEnd('/');

    public int Port => new Uri(Url).Port;

    public static async Task<CoapServed> StartAsync(params IEnumerable<(string Key, string Value)> values) =>
        await StartAsync("coap://127.0.0.1:0", values);

    public static async Task<CoapServed> StartAsync(string url, params IEnumerable<(string Key, string Value)> values)
    {
        var surroundings = new Surroundings(capacity: 100_000);
        return new CoapServed(await CoapProfiles.ListenAsync(url, surroundings, values), surroundings);
    }

    /// <summary>Changes a resource as the user of the screen would.</summary>
    public async Task<PublishResult> PutAsync(
        string path,
        string content,
        params (string Key, string Value)[] options
    ) => await Session.PublishAsync(CoapProfiles.Message(content, path, options), CancellationToken.None);

    /// <summary>Does what can be done with a resource on the Browse screen.</summary>
    public async Task<ActionResult> ActAsync(string path, string action, params (string Key, string Value)[] values)
    {
        var browser = Session.Feature<IBrowsable>()!;
        var node = await NodeAsync("resources", path);
        var wanted = node.Actions.Single(item => item.Name == action);
        var given = SettingValues.Empty;
        foreach (var (key, value) in values)
        {
            var setting = wanted.Settings.Single(item => item.Key == key);
            Assert.True(
                setting.TryParse(new RawValue.Text(value, IsUntyped: true), out var parsed, out var problem),
                problem
            );
            given = given.WithObject(setting, parsed!);
        }

        var plan = await browser.PlanAsync(node.Path, new ActionCall(wanted, given), CancellationToken.None);
        return await browser.RunAsync(plan, CancellationToken.None);
    }

    /// <summary>A node of one of the lists, once it is there.</summary>
    public async Task<Node> NodeAsync(string list, string name)
    {
        using var timeout = new CancellationTokenSource(Surroundings.Patience);
        var nodes = Session.Feature<IBrowsable>()!.ListAsync(new NodePath(list), timeout.Token);
        await foreach (var node in nodes)
        {
            if (node.Name == name || name.Length == 0)
                return node;
        }

        throw new InvalidOperationException($"{name} is not there");
    }

    public ValueTask DisposeAsync() => Session.DisposeAsync();
}
