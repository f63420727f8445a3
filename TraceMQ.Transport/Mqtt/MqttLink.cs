using System.Net;
using MQTTnet;
using MQTTnet.Channel;
using MQTTnet.Diagnostics.PacketInspection;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Mqtt;

/// <summary>One connection of the library's client, from TCP to CONNACK to its end. It is never used again.</summary>
internal sealed class MqttLink : IAsyncDisposable
{
    private static readonly TimeSpan s_handshakeTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_goodbyeTimeout = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MqttClientDisconnectOptionsReason _goodbye = MqttClientDisconnectOptionsReason.NormalDisconnection;
    private int _isDisposed;

    private MqttLink(Endpoint endpoint, StreamOptions way, MqttIdentity identity, PeerStream peer, TimeProvider time)
    {
        Endpoint = endpoint;
        Way = way;
        Identity = identity;
        Peer = peer;
        _time = time;
        Client = new MqttClientFactory().CreateMqttClient();
        Client.DisconnectedAsync += OnDisconnectedAsync;
        // A loss that nobody waits for is no unobserved exception.
        _ = _completion.Task.ContinueWith(
            static task => _ = task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    public Endpoint Endpoint { get; }

    /// <summary>How the stream to the broker is made.</summary>
    public StreamOptions Way { get; }

    /// <summary>The stream to the broker.</summary>
    public PeerStream Peer { get; }

    public MqttIdentity Identity { get; }

    public IMqttClient Client { get; }

    /// <summary>What the broker accepted.</summary>
    public MqttClientConnectResult Result { get; private set; } = null!;

    /// <summary>Ends on dispose; faults with a <see cref="TransportException"/> when the connection is lost.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Connects.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="way">How.</param>
    /// <param name="identity">As whom.</param>
    /// <param name="intake">Takes the messages.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">It failed, or the broker refused.</exception>
    public static async Task<MqttLink> OpenAsync(
        Endpoint endpoint,
        StreamOptions way,
        MqttIdentity identity,
        MqttIntake intake,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var link = await DialAsync(endpoint, way, identity, intake, time, cancellationToken).ConfigureAwait(false);
        var imposed = TimeSpan.FromSeconds(link.Result.ServerKeepAlive);
        if (imposed == TimeSpan.Zero || (identity.KeepAlive > TimeSpan.Zero && identity.KeepAlive <= imposed))
            return link;
        // The library pings at the interval that it asked for, whatever the broker answered: ask again for what the broker wants.
        await link.DisposeAsync().ConfigureAwait(false);
        var patient = identity with { KeepAlive = imposed };
        return await DialAsync(endpoint, way, patient, intake, time, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Speaks MQTT on a connected stream, which it owns from here on.</summary>
    /// <exception cref="TransportException">No broker answered, or it refused.</exception>
    public static async Task<MqttLink> HandshakeAsync(
        Endpoint endpoint,
        StreamOptions way,
        MqttIdentity identity,
        PeerStream peer,
        MqttIntake intake,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var link = new MqttLink(endpoint, way, identity, peer, time);
        var gate = new PacketGate(peer.Stream, identity.MaximumPacket, intake);
        var buffered = new ReadAheadStream(gate, time);
        try
        {
            link.Client.ApplicationMessageReceivedAsync += intake.OnReceivedAsync;
            await link.ConnectAsync(buffered, cancellationToken).ConfigureAwait(false);
            return link;
        }
        catch
        {
            await link.DisposeAsync().ConfigureAwait(false);
            await buffered.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends the connection for something that the broker did; it is told so when the link is disposed.</summary>
    /// <param name="failure">Why, for the user.</param>
    /// <param name="reason">Why, for the broker (MQTT 5.0, 3.14.2.1).</param>
    public void Fail(TransportException failure, MqttClientDisconnectOptionsReason reason)
    {
        _goodbye = reason;
        _completion.TrySetException(failure);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        if (Client.IsConnected)
        {
            using var timeout = new CancellationTokenSource(s_goodbyeTimeout, _time);
            try
            {
                await Client
                    .DisconnectAsync(new MqttClientDisconnectOptions { Reason = _goodbye }, timeout.Token)
                    .ConfigureAwait(false);
            }
            catch (Exception exception) when (MqttFailures.IsExpected(exception))
            {
                // It is gone already, which is what we want.
            }
        }

        Client.Dispose();
        _completion.TrySetResult();
    }

    private static async Task<MqttLink> DialAsync(
        Endpoint endpoint,
        StreamOptions way,
        MqttIdentity identity,
        MqttIntake intake,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var peer = await StreamDialer
            .OpenAsync(endpoint, way, StepLog.Silent, time, cancellationToken)
            .ConfigureAwait(false);
        return await HandshakeAsync(endpoint, way, identity, peer, intake, time, cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task ConnectAsync(ReadAheadStream stream, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(s_handshakeTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        // The library's inspector fails on a packet that it began without a handler, unless it has seen one before: give it one now.
        Client.InspectPacketAsync += IgnoreAsync;
        try
        {
            Result = await Client
                .ConnectAsync(Identity.ToOptions(new ReadyStream(stream)), both.Token)
                .ConfigureAwait(false);
        }
        catch (Exception exception) when (MqttFailures.IsExpected(exception))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw MqttFailures.NoHandshake(
                Endpoint,
                Identity,
                stream.Opening.Span,
                timeout.IsCancellationRequested ? s_handshakeTimeout : null,
                exception
            );
        }
        finally
        {
            Client.InspectPacketAsync -= IgnoreAsync;
        }

        if (Result.ResultCode != MqttClientConnectResultCode.Success)
            throw MqttFailures.Refused(Endpoint, Identity, Result);
    }

    private static Task IgnoreAsync(InspectMqttPacketEventArgs packet) => Task.CompletedTask;

    private Task OnDisconnectedAsync(MqttClientDisconnectedEventArgs ended)
    {
        if (Volatile.Read(ref _isDisposed) != 0)
            _completion.TrySetResult();
        else
            _completion.TrySetException(MqttFailures.Lost(Endpoint, Identity, ended));
        return Task.CompletedTask;
    }

    /// <summary>Hands the library a stream that is connected already.</summary>
    private sealed class ReadyStream(Stream stream) : IMqttClientStreamProvider
    {
        public Task<Stream> ConnectAsync(EndPoint brokerEndPoint, CancellationToken cancellationToken) =>
            Task.FromResult(stream);
    }
}
