using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Contracts;

/// <summary>A server of ours that sends to all clients what one of them sends, as a peer of the contract.</summary>
public sealed class PassingServer : IContractPeer
{
    private readonly ISession _server;
    private readonly Surroundings _surroundings;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _passing;

    /// <param name="server">Owned.</param>
    /// <param name="surroundings">The server's.</param>
    /// <param name="profile">Connects to it.</param>
    public PassingServer(ISession server, Surroundings surroundings, Profile profile)
    {
        _server = server;
        _surroundings = surroundings;
        Profile = profile;
        _passing = PassOnAsync();
    }

    public Profile Profile { get; }

    public async Task KillAsync()
    {
        await _stop.CancelAsync();
        await _passing;
        await _server.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _stop.Dispose();
    }

    private async Task PassOnAsync()
    {
        try
        {
            while (true)
            {
                var message = await _surroundings.NextInAsync().WaitAsync(_stop.Token);
                await _server.PublishAsync(new OutgoingMessage { Topic = "", Payload = message.Payload }, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }
}
