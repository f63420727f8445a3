using System.Net;
using System.Net.Sockets;

namespace TraceMQ.Tests.Peers;

/// <summary>A TCP server that does with each connection what a script says: for what no real server does on request.</summary>
public sealed class ScriptedPeer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<NetworkStream, CancellationToken, Task> _script;
    private readonly Task _serving;

    public ScriptedPeer(Func<NetworkStream, CancellationToken, Task> script)
    {
        _script = script;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync();
    }

    public int Port { get; }

    /// <summary>Ends when somebody has connected.</summary>
    public Task Accepted => _accepted.Task;

    /// <summary>Answers the first bytes that come with these, then keeps the connection open.</summary>
    public static ScriptedPeer Answering(params byte[] answer) =>
        new((stream, stop) => AnswerAsync(stream, answer, stop));

    /// <summary>Waits for the first bytes, answers, and keeps the connection open until the end.</summary>
    public static async Task AnswerAsync(NetworkStream stream, byte[] answer, CancellationToken stop)
    {
        _ = await stream.ReadAtLeastAsync(new byte[4096], 1, throwOnEndOfStream: false, stop);
        await stream.WriteAsync(answer, stop);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _accepted.TrySetResult();
                served.Add(ServeAsync(client));
            }
        }
        catch (Exception exception)
            // Before it accepts again a listener that is gone calls itself not started.
            when (exception is OperationCanceledException or InvalidOperationException or SocketException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await _script(client.GetStream(), _stop.Token);
            }
            catch (Exception exception)
                when (exception is OperationCanceledException or IOException or ObjectDisposedException)
            {
                // The other side went away, or the test is over.
            }
        }
    }
}
