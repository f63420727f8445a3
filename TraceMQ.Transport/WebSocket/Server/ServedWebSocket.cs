using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;
using TraceMQ.Transport.Streams.Clients;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Transport.WebSocket.Server;

/// <summary>A client of our server, from its upgrade to its end.</summary>
internal sealed class ServedWebSocket : ServedClient, IAsyncDisposable
{
    private readonly PeerStream _peer;
    private readonly SessionContext _context;
    private readonly Heartbeat _heartbeat;
    private readonly TimeSpan _interval;
    private FrameRecorder? _recorder;
    private WebSocketDetails.Common? _details;
    private long _lastHeard;

    public ServedWebSocket(PeerStream peer, WebSocketConnection connection, Profile profile, SessionContext context)
        : base(peer.RemoteEndPoint, context.Time.GetTimestamp())
    {
        _peer = peer;
        _context = context;
        _lastHeard = Since;
        Connection = connection;
        connection.AnswersPings = profile.Values.Get(WebSocketSettings.AutoPong);
        _interval = profile.Values.Get(WebSocketSettings.PingInterval);
        _heartbeat = new Heartbeat(connection, _interval, context.Time, () => Interlocked.Read(ref _lastHeard));
    }

    public WebSocketConnection Connection { get; }

    public override IReadOnlyList<Fact> Facts =>
        [
            new Fact("path", Connection.Upgrade.PathAndQuery),
            new Fact("subprotocol", Connection.Upgrade.Subprotocol ?? ""),
            new Fact("round trip", _heartbeat.RoundTrip is { } roundTrip ? UserPing.InWords(roundTrip) : ""),
            new Fact("encryption", _peer.Tls?.Version ?? ""),
        ];

    /// <summary>Receives until the client is gone.</summary>
    /// <param name="reply">What each message gets back.</param>
    /// <param name="cancellationToken">The server stops.</param>
    /// <exception cref="TransportException">The client was lost, or broke a rule.</exception>
    public async Task RunAsync(ServerReply reply, CancellationToken cancellationToken)
    {
        _details = WebSocketDetails.For(Name);
        _recorder = new FrameRecorder(Connection, _context.Wire, Name, Connection.AnswersPings ? null : OnFrame);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var beating = BeatAsync(end.Token);
        try
        {
            while (await Connection.ReceiveAsync(end.Token).ConfigureAwait(false) is { } message)
            {
                Interlocked.Exchange(ref _lastHeard, _context.Time.GetTimestamp());
                CountIn(message.Payload.Length);
                Post(Direction.In, message.Payload, _details.Of(message));
                if (reply.To(message) is { } answer)
                    await ReplyAsync(answer.Opcode, answer.Payload, end.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await beating.ConfigureAwait(false);
        }
    }

    /// <summary>Closes with a code and a reason, and waits for the client's answer as long as the limits say.</summary>
    public Task CloseAsync(int code, string reason, CancellationToken cancellationToken) =>
        Connection.CloseAsync(code, reason, cancellationToken);

    public override Task CloseAsync(SettingValues values, CancellationToken cancellationToken) =>
        CloseAsync(
            (int)values.Get(WebSocketSettings.CloseCode),
            values.Get(WebSocketSettings.CloseReason),
            cancellationToken
        );

    public override void Cut() => _peer.Stream.Dispose();

    public async ValueTask DisposeAsync()
    {
        _recorder?.Dispose();
        Queue.End();
        await Connection.DisposeAsync().ConfigureAwait(false);
        await Queue.Sending.ConfigureAwait(false);
    }

    // From the loop that receives: a client that asks and does not read keeps only itself waiting.
    private async ValueTask ReplyAsync(Opcode opcode, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        Post(Direction.Out, payload, _details!.Of(opcode));
        await Connection.QueueAsync(opcode, payload, cancellationToken).ConfigureAwait(false);
        CountOut(payload.Length);
    }

    private void Post(Direction direction, ReadOnlyMemory<byte> payload, MessageDetails details) =>
        _context.Inbox.TryPost(
            new Message
            {
                Time = _context.Time.GetUtcNow(),
                Direction = direction,
                Topic = Name,
                Payload = payload,
                Details = details,
            }
        );

    private void OnFrame(WebSocketFrame frame)
    {
        if (frame is { Direction: Direction.In, Header.Opcode: Opcode.Ping })
            Post(Direction.In, frame.Payload.ToArray(), _details!.Of(Opcode.Ping));
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        if (await _heartbeat.RunAsync(cancellationToken).ConfigureAwait(false) is not null)
            Cut();
    }
}
