using Amqp;
using Amqp.Framing;
using Amqp.Sasl;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.EventHubs.Client;

/// <summary>An open AMQP connection with its one session.</summary>
internal sealed class AmqpConnection : IAsyncDisposable
{
    /// <summary>How long the peer may take for each answer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const int IdleTimeout = 60_000;
    private const int MostLinks = 1_024;
    private static readonly TimeSpan s_goodbye = TimeSpan.FromSeconds(1);

    private readonly PeerStream _peer;
    private readonly AmqpTransport _transport;
    private readonly Connection _connection;
    private readonly HubWay _way;
    private readonly HubWireLog _wire;
    private readonly TaskCompletionSource<TransportException> _lost = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private int _isDisposed;

    private AmqpConnection(
        HubWay way,
        PeerStream peer,
        AmqpTransport transport,
        HubWireLog wire,
        ArrivalBudget budget,
        Connection connection,
        Open opened
    )
    {
        _way = way;
        _wire = wire;
        _peer = peer;
        _transport = transport;
        _connection = connection;
        Budget = budget;
        Opened = opened;
        Session = new Session(connection);
        connection.AddClosedCallback((_, error) => Lose(error));
        // A session that the peer ends alone takes everything with it that we have.
        Session.AddClosedCallback((_, error) => Lose(error));
    }

    /// <summary>The session of all links.</summary>
    public Session Session { get; }

    /// <summary>How much may wait for the inbox.</summary>
    public ArrivalBudget Budget { get; }

    /// <summary>What the peer said when it opened the connection.</summary>
    public Open Opened { get; }

    /// <summary>Ends with the reason when the connection is over without our wish.</summary>
    public Task<TransportException> Lost => _lost.Task;

    /// <summary>True where the connection itself is over, so that what is said of its links says nothing.</summary>
    public bool IsOver =>
        _connection.ConnectionState == ConnectionState.End || _connection.IsClosed || Session.IsClosed;

    /// <summary>Says hello over a stream. It disposes the stream where that fails.</summary>
    /// <exception cref="TransportException">It failed.</exception>
    public static async Task<AmqpConnection> OpenAsync(
        HubWay way,
        PeerStream peer,
        SessionContext context,
        StepLog steps,
        CancellationToken cancellationToken
    )
    {
        var budget = new ArrivalBudget();
        var wire = new HubWireLog(context);
        var transport = new AmqpTransport(peer, wire, budget);
        var started = context.Time.GetTimestamp();
        try
        {
            var opened = new TaskCompletionSource<Open>(TaskCreationOptions.RunContinuationsAsynchronously);
            using var provider = new OpenStream(transport);
            var connecting = Factory(way, provider)
                .CreateAsync(AddressOf(way), onOpened: (_, open) => opened.TrySetResult(open));
            var connection = await AwaitAsync(connecting, transport, way, context.Time, cancellationToken)
                .ConfigureAwait(false);
            var open = await opened.Task.ConfigureAwait(false);
            steps.Pass("SASL", way.Username is null ? "let in without a name" : $"let in as {way.Username}");
            steps.Pass("AMQP", $"open, to {open.ContainerId}", context.Time.GetElapsedTime(started));
            return new AmqpConnection(way, peer, transport, wire, budget, connection, open);
        }
        catch (Exception exception)
        {
            await peer.DisposeAsync().ConfigureAwait(false);
            transport.Dispose();
            if (exception is TransportException failure)
                Tell(steps, transport.Stage, way, failure, context.Time.GetElapsedTime(started));
            throw;
        }
    }

    /// <summary>The handshake is over: its frames need not be kept any more.</summary>
    public void Settle() => _wire.Settle();

    /// <summary>Attaches a link, and waits for the peer's answer.</summary>
    /// <param name="make">Makes the link with this callback.</param>
    /// <param name="refused">What a refusal means.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">It was refused, or the connection is over.</exception>
    public async Task<(T Link, Attach Answer)> AttachAsync<T>(
        Func<Session, OnAttached, T> make,
        Func<Error?, TransportException> refused,
        TimeProvider time,
        CancellationToken cancellationToken
    )
        where T : Link
    {
        var answered = new TaskCompletionSource<(Attach? Attach, TransportException? Failure)>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        T? link = null;
        try
        {
            link = make(
                Session,
                (_, attach) =>
                {
                    // A refusal comes as an attach to nothing, with a detach behind it that says why (part 2, 2.6.3);
                    // what matters is the peer's end.
                    if ((attach.Role ? attach.Target : attach.Source) is not null)
                        answered.TrySetResult((attach, null));
                }
            );
            link.AddClosedCallback(
                (closed, error) =>
                    answered.TrySetResult((null, IsOver ? LossOf(error) : refused(error ?? closed.Error)))
            );
            var (attach, failure) = await answered
                .Task.WaitAsync(Patience, time, cancellationToken)
                .ConfigureAwait(false);
            return failure is null ? (link, attach!) : throw failure;
        }
        catch (TimeoutException exception)
        {
            Abandon(link);
            throw HubFailures.NoAnswer(_way, "the attach of a link", Patience, exception);
        }
        catch (OperationCanceledException)
        {
            Abandon(link);
            throw;
        }
        catch (AmqpException exception)
        {
            throw IsOver ? LossOf(exception.Error) : refused(exception.Error);
        }
    }

    /// <summary>Why the connection is over.</summary>
    public TransportException LossOf(Error? error) =>
        _lost.Task.IsCompletedSuccessfully ? _lost.Task.Result : HubFailures.OfLoss(_transport, _way, error);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        try
        {
            await _connection.CloseAsync(s_goodbye).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is AmqpException or TimeoutException or ObjectDisposedException)
        {
            // A peer that does not answer our goodbye is left all the same.
        }

        _transport.Close();
        await _peer.DisposeAsync().ConfigureAwait(false);
        _transport.Dispose();
    }

    private static void Abandon(Link? link)
    {
        try
        {
            link?.Close(TimeSpan.Zero);
        }
        catch (AmqpException)
        {
            // The connection ended meanwhile.
        }
    }

    private void Lose(Error? error)
    {
        if (Volatile.Read(ref _isDisposed) == 0)
            _lost.TrySetResult(HubFailures.OfLoss(_transport, _way, error));
    }

    private static ConnectionFactory Factory(HubWay way, OpenStream provider)
    {
        var factory = new ConnectionFactory([provider]);
        factory.SASL.Profile = SaslProfile.Anonymous;
        factory.AMQP.MaxFrameSize = FrameInput.MaximumFrame;
        factory.AMQP.IdleTimeout = IdleTimeout;
        factory.AMQP.MaxLinksPerSession = MostLinks;
        factory.AMQP.ContainerId = $"tracemq-{Guid.NewGuid():n}";
        factory.AMQP.HostName = way.Namespace;
        return factory;
    }

    private static Address AddressOf(HubWay way) =>
        new(way.Namespace, way.Endpoint.Port, way.Username, way.Password?.Reveal(), "/", OpenStream.Scheme);

    private static async Task<Connection> AwaitAsync(
        Task<Connection> connecting,
        AmqpTransport transport,
        HubWay way,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await connecting.WaitAsync(Patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            await AbandonAsync(connecting, transport).ConfigureAwait(false);
            throw HubFailures.OfSilence(transport.Stage, way, Patience, exception);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await AbandonAsync(connecting, transport).ConfigureAwait(false);
            throw;
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            throw HubFailures.OfOpening(transport, way, exception);
        }
    }

    /// <summary>Ends an attempt that is not waited for any more, and looks at how it ended.</summary>
    private static async Task AbandonAsync(Task<Connection> connecting, AmqpTransport transport)
    {
        transport.Close();
        try
        {
            await connecting.ConfigureAwait(false);
        }
        catch (Exception exception) when (IsExpected(exception))
        {
            // As it should.
        }
    }

    // The library says in many ways that the bytes are not what it expects.
    private static bool IsExpected(Exception exception) =>
        exception
            is AmqpException
                or IOException
                or OperationCanceledException
                or ObjectDisposedException
                or Server.Protocol.AmqpViolationException
                or System.Net.Sockets.SocketException
                or InvalidCastException
                or InvalidOperationException
                or ArgumentException
                or NullReferenceException
                or IndexOutOfRangeException;

    private static void Tell(StepLog steps, AmqpStage stage, HubWay way, TransportException failure, TimeSpan elapsed)
    {
        if (stage is AmqpStage.Silent or AmqpStage.Sasl)
        {
            steps.Fail("SASL", failure, elapsed);
            return;
        }

        steps.Pass("SASL", way.Username is null ? "let in without a name" : $"let in as {way.Username}");
        steps.Fail("AMQP", failure, elapsed);
    }

    /// <summary>Hands the library the stream that is open already.</summary>
    private sealed class OpenStream : TransportProvider
    {
        public const string Scheme = "amqp";

        private readonly AmqpTransport _transport;

        public OpenStream(AmqpTransport transport)
        {
            _transport = transport;
            AddressSchemes = [Scheme];
        }

        public override Task<IAsyncTransport> CreateAsync(Address address) =>
            Task.FromResult<IAsyncTransport>(_transport);
    }
}
