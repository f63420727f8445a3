using System.Net.Sockets;
using System.Text;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Nats.Server;

/// <summary>Our own server on a free port.</summary>
internal sealed class OwnNatsServer : IAsyncDisposable
{
    private OwnNatsServer(Surroundings surroundings, ISession session)
    {
        Surroundings = surroundings;
        Session = session;
        Ports = [.. session.ListensOn.Select(url => new Uri(url).Port)];
    }

    public Surroundings Surroundings { get; }

    public ISession Session { get; }

    public IReadOnlyList<int> Ports { get; }

    public int Port => Ports[0];

    public static Task<OwnNatsServer> StartAsync(params (string Key, string Value)[] values) =>
        StartAsync("nats://127.0.0.1:0", values);

    public static async Task<OwnNatsServer> StartAsync(string url, params (string Key, string Value)[] values)
    {
        var surroundings = new Surroundings();
        var profile = NatsProfiles.Of(url, [("mode", "server"), .. values]);
        var session = await NatsProfiles.Transport.ListenAsync(profile, surroundings.Context, CancellationToken.None);
        return new OwnNatsServer(surroundings, session);
    }

    public async Task<RawNatsClient> OpenAsync() => await RawNatsClient.OpenAsync(Port);

    public ValueTask DisposeAsync() => Session.DisposeAsync();
}

/// <summary>A client that says exactly what a test wants.</summary>
internal sealed class RawNatsClient : IAsyncDisposable
{
    private readonly TcpClient _client = new();
    private readonly StringBuilder _seen = new();

    public string Seen => _seen.ToString();

    public static async Task<RawNatsClient> OpenAsync(int port)
    {
        var raw = new RawNatsClient();
        await raw._client.ConnectAsync("127.0.0.1", port);
        await raw.UntilAsync("INFO ");
        await raw.UntilAsync("\r\n");
        return raw;
    }

    public async Task SendAsync(string text) => await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Waits until it has seen a text, and forgets everything up to its end.</summary>
    public async Task<string> UntilAsync(string text)
    {
        var buffer = new byte[4096];
        using var limit = new CancellationTokenSource(Surroundings.Patience);
        while (!_seen.ToString().Contains(text, StringComparison.Ordinal))
        {
            var length = await _client.GetStream().ReadAsync(buffer, limit.Token);
            Assert.True(length > 0, $"closed before \"{text}\" came; it said {_seen}");
            _seen.Append(Encoding.UTF8.GetString(buffer, 0, length));
        }

        var whole = _seen.ToString();
        var end = whole.IndexOf(text, StringComparison.Ordinal) + text.Length;
        _seen.Remove(0, end);
        return whole[..end];
    }

    /// <summary>Waits for the end, and gives what came before it.</summary>
    public async Task<string> UntilClosedAsync()
    {
        var buffer = new byte[4096];
        using var limit = new CancellationTokenSource(Surroundings.Patience);
        try
        {
            while (await _client.GetStream().ReadAsync(buffer, limit.Token) is > 0 and var length)
                _seen.Append(Encoding.UTF8.GetString(buffer, 0, length));
        }
        catch (IOException)
        {
            // A reset is an end too.
        }

        return _seen.ToString();
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
