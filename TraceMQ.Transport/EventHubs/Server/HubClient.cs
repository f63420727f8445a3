using Amqp.Framing;
using Amqp.Types;
using Microsoft.Extensions.Logging;
using TraceMQ.Transport.EventHubs.Server.Protocol;
using TraceMQ.Transport.Streams;
using Linger = TraceMQ.Transport.Streams.WebSockets.Linger;

namespace TraceMQ.Transport.EventHubs.Server;

/// <summary>
/// A client's connection. One task reads and does what the frames say, one sends what has gathered; both hold <see cref="Gate"/> while they
/// touch sessions, links and the output, and neither while it waits.
/// </summary>
internal sealed class HubClient
{
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_linger = TimeSpan.FromMilliseconds(250);

    private readonly SessionContext _context;
    private readonly FrameReader _reader;
    private readonly HubProtocol _protocol;
    private readonly HubSender _sender;
    private readonly HubListening _listening;
    private readonly HubVigil _vigil;
    private readonly CancellationTokenSource _stop;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _putOutBecause;

    public HubClient(PeerStream peer, LocalHub hub, SessionContext context, CancellationToken stop)
    {
        _context = context;
        _reader = new FrameReader(peer.Stream);
        _protocol = new HubProtocol(this);
        _sender = new HubSender(this, peer.Stream, context);
        _listening = new HubListening(this, _reader, _protocol, _sender);
        _vigil = new HubVigil(this, _protocol, _sender);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Peer = peer;
        Hub = hub;
        Limits = hub.Limits;
        Address = peer.RemoteEndPoint?.ToString() ?? "of an unknown address";
        Since = context.Time.GetTimestamp();
        Claims.IsOpen = hub.Gate.IsOpen;
        Wire = new HubWire(context, Address);
        Output.Observer = frame =>
        {
            if (Wire.IsWatched || _protocol.Opened is null)
                Wire.Out(frame);
        };
    }

    /// <summary>Guards all that belongs to the client.</summary>
    public Lock Gate { get; } = new();

    public LocalHub Hub { get; }

    public HubLimits Limits { get; }

    public TimeProvider Time => _context.Time;

    public PeerStream Peer { get; }

    public FrameOutput Output { get; } = new();

    public HubClaims Claims { get; } = new();

    public HubWire Wire { get; }

    public string Address { get; }

    /// <summary>When it came, as the clock's timestamp.</summary>
    public long Since { get; }

    /// <summary>What it said that it is; untrusted.</summary>
    public string Product { get; private set; } = "";

    /// <summary>Bytes of messages whose last frame has not come.</summary>
    public int Gathering { get; set; }

    /// <summary>Events that it sent.</summary>
    public long EventsIn { get; set; }

    /// <summary>Its links; under <see cref="Gate"/>.</summary>
    public IEnumerable<HubLink> Links => _protocol.Links;

    public int LinkCount => _protocol.Links.Count();

    /// <summary>Ends when the connection has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Serves it until one of us has enough.</summary>
    /// <exception cref="TransportException">It was put out; the sentence says why.</exception>
    public async Task ServeAsync()
    {
        var sending = Task.CompletedTask;
        try
        {
            var hasKey = await new AmqpHandshake(Peer.Stream, _reader, Hub.Gate.IsKey, Wire.Authenticated)
                .RunAsync(_stop.Token)
                .ConfigureAwait(false);
            Claims.IsOpen |= hasKey;
            sending = SendAsync();
            await _listening.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (AmqpViolationException violation)
        {
            PutOut(violation.ToError(), violation.Message);
        }
        catch (Exception exception)
            when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            _context.Log.LogDebug("The client {Address} has gone: {Reason}", Address, exception.Message);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever a client has found that nobody thought of ends its own connection and no other.
            _context.Log.LogError(exception, "Serving the client {Address} failed", Address);
            PutOut(
                new Error(AmqpConditions.InternalError),
                "made us stumble, which is a fault of ours (the log says where)"
            );
        }
        finally
        {
            await EndAsync(sending).ConfigureAwait(false);
            _ended.TrySetResult();
        }

        if (_putOutBecause is { } reason)
            throw new TransportException(
                FailureKind.NotThisProtocol,
                $"The client {Address} {reason}: it was disconnected."
            );
    }

    /// <summary>There may be something to send.</summary>
    public void Wake() => _sender.Wake();

    /// <summary>Has something done under <see cref="Gate"/>, from any thread and whatever lock it holds.</summary>
    public void Post(Action action) => _sender.Post(action);

    /// <summary>Ends the connection with an error.</summary>
    /// <param name="condition">The error of AMQP 1.0.</param>
    /// <param name="description">Why, for the client.</param>
    public void Close(string condition, string description) =>
        Post(() =>
        {
            Output.Write(0, new Close { Error = new Error(condition) { Description = description } });
            _protocol.IsEnding = true;
            _sender.Finish();
        });

    /// <summary>The client has opened the connection.</summary>
    public void OnOpened()
    {
        _reader.Maximum = FrameReader.MaximumFrame;
        var properties = _protocol.Opened?.Properties;
        Product = string.Join(
            ' ',
            new[] { properties?[new Symbol("product")], properties?[new Symbol("version")] }.OfType<string>()
        );
        if (Product.Length == 0)
            Product = _protocol.Opened?.ContainerId ?? "";
    }

    /// <summary>A wish of the client's was refused: for a notice.</summary>
    public void Refused(string path, Error error) =>
        Hub.Refusals.Add($"The client {Address} was refused {path} ({error.Condition}): {error.Description}");

    /// <summary>The link over which the answers to a request link go: the one that the request names, else one of the same session.</summary>
    public ReplyLink? FindReplyLink(RequestLink request, string? replyTo)
    {
        var links = _protocol.Links.OfType<ReplyLink>().Where(link => !link.IsDetached && link.Path == request.Path);
        return links
            .OrderByDescending(link => replyTo is not null && (link.Address == replyTo || link.Name == replyTo))
            .ThenByDescending(link => link.Session == request.Session)
            .FirstOrDefault();
    }

    /// <summary>Looks after the time: signs of life, silence, tokens that ended.</summary>
    public void Tick()
    {
        if (_vigil.Look(_listening.Silence) is { } reason)
            CutOff(reason);
        else
            Wake();
    }

    private void PutOut(Error error, string reason)
    {
        lock (Gate)
            Output.Write(0, new Close { Error = error });
        _putOutBecause ??= reason;
    }

    /// <summary>Ends the connection without a word, which the client would not hear.</summary>
    private void CutOff(string reason)
    {
        _putOutBecause ??= reason;
        Stop();
    }

    private void Stop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    private async Task SendAsync()
    {
        await _sender.RunAsync(_stop.Token).ConfigureAwait(false);
        if (_putOutBecause is not null)
            return;
        if (_protocol.IsEnding && !_protocol.IsClosed)
        {
            try
            {
                // The client's own goodbye is waited for: closing before it has read ours could take ours away from it.
                await Task.Delay(s_farewell, Time, _stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        Stop();
    }

    private async Task EndAsync(Task sending)
    {
        lock (Gate)
            _protocol.Release();
        _sender.Finish();
        if (_protocol.IsEnding)
            Stop();
        using var farewell = new CancellationTokenSource(s_farewell, Time);
        var registration = farewell.Token.Register(Stop);
        await using (registration.ConfigureAwait(false))
            await sending.ConfigureAwait(false);
        if (_putOutBecause is not null && !_stop.IsCancellationRequested)
            await Linger.UntilEndAsync(Peer.Stream, s_linger, Time, farewell.Token).ConfigureAwait(false);
        _stop.Dispose();
    }
}
