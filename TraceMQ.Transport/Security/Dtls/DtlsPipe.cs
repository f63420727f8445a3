using System.Net;
using System.Threading.Channels;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams.Datagrams;

namespace TraceMQ.Transport.Security.Dtls;

/// <summary>DTLS 1.2 (RFC 6347) to a server, over another pipe that it owns. The library waits, so it has a thread of its own.</summary>
internal sealed class DtlsPipe : IDatagramPipe
{
    private const int MostWaiting = 256;
    private const int WaitMilliseconds = 60_000;

    private static readonly BoundedChannelOptions s_bounded = new(MostWaiting)
    {
        FullMode = BoundedChannelFullMode.DropWrite,
    };

    private readonly IDatagramPipe _inner;
    private readonly Endpoint _endpoint;
    private readonly DtlsProgress _progress;
    private readonly DtlsQueue _queue;
    private readonly Channel<byte[]> _outgoing = Channel.CreateBounded<byte[]>(s_bounded);
    private readonly Channel<byte[]> _incoming = Channel.CreateBounded<byte[]>(s_bounded);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;
    private readonly Task _pumping;
    private Task _reading = Task.CompletedTask;
    private DtlsTransport? _transport;
    private TransportException? _lost;
    private int _isDisposed;

    private DtlsPipe(IDatagramPipe inner, Endpoint endpoint, SessionContext context)
    {
        _inner = inner;
        _endpoint = endpoint;
        _progress = new DtlsProgress(endpoint.Address, context);
        _queue = new DtlsQueue(datagram =>
        {
            _progress.Saw(Direction.Out, datagram);
            _outgoing.Writer.TryWrite(datagram);
        });
        _sending = Task.Run(SendAllAsync);
        _pumping = Task.Run(PumpAsync);
    }

    public EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    public IReadOnlyList<Fact> Facts { get; private set; } = [];

    /// <summary>Does the handshake over a pipe, which the result owns; on failure it is disposed.</summary>
    /// <param name="inner">What carries the datagrams.</param>
    /// <param name="endpoint">Whom it leads to.</param>
    /// <param name="options">Keys and certificates.</param>
    /// <param name="steps">Told of the step.</param>
    /// <param name="context">The surroundings.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">It failed; the sentence says how far it came.</exception>
    public static async Task<DtlsPipe> ConnectAsync(
        IDatagramPipe inner,
        Endpoint endpoint,
        DtlsOptions options,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var pipe = new DtlsPipe(inner, endpoint, context);
        try
        {
            await steps
                .RunAsync(
                    "DTLS",
                    () => pipe.ShakeHandsAsync(options, context, cancellationToken),
                    peer => peer.Summary(context.Time.GetUtcNow())
                )
                .ConfigureAwait(false);
            return pipe;
        }
        catch
        {
            await pipe.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> datagram, CancellationToken cancellationToken)
    {
        var transport = _transport!;
        try
        {
            if (datagram.Length > transport.GetSendLimit())
                throw new TransportException(
                    FailureKind.Configuration,
                    $"{datagram.Length:N0} bytes are too many for one datagram of DTLS, which takes {transport.GetSendLimit():N0}: choose a smaller block size."
                );
            lock (transport)
                transport.Send(datagram.Span);
            return ValueTask.CompletedTask;
        }
        catch (IOException exception)
        {
            throw Over(exception);
        }
    }

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            var datagram = await _incoming.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var length = Math.Min(datagram.Length, buffer.Length);
            datagram.AsMemory(0, length).CopyTo(buffer);
            return length;
        }
        catch (ChannelClosedException exception)
        {
            throw Over(exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        Close();
        _queue.Close();
        await _reading.ConfigureAwait(false);
        // Our goodbye is among what still waits to be sent.
        _outgoing.Writer.TryComplete();
        await _sending.ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _inner.DisposeAsync().ConfigureAwait(false);
        await _pumping.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task<TlsPeer> ShakeHandsAsync(
        DtlsOptions options,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var crypto = new BcTlsCrypto(new SecureRandom());
        var name = options.Tls.ServerName ?? _endpoint.Host;
        var authorities = options.Tls.CaFile is { } file ? CertificateFiles.LoadAuthorities(file) : null;
        var check = new DtlsPeerCheck(_endpoint.Address, name, authorities, context.Time)
        {
            IsSkipped = options.Tls.SkipVerify,
        };
        var side = new DtlsClientSide(crypto, options, DtlsCredentials.Load(crypto, options.Tls), check, name);
        var giveUp = cancellationToken.Register(_queue.Close);
        await using (giveUp.ConfigureAwait(false))
        {
            try
            {
                _transport = await OnThread(() => new DtlsClientProtocol().Connect(side, _queue)).ConfigureAwait(false);
            }
            catch (IOException exception)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw _lost ?? DtlsFailures.OfClient(_endpoint.Address, options, side, check, _progress, exception);
            }
        }

        _progress.End();
        var peer = new TlsPeer
        {
            Version = "DTLS 1.2",
            CipherSuite = side.Suite,
            Chain = check.Chain,
            IsVerified = options.Key is not null || !check.IsSkipped,
        };
        Facts = peer.Facts(context.Time.GetUtcNow());
        _reading = OnThread(ReadAll);
        return peer;
    }

    private bool ReadAll()
    {
        var buffer = new byte[_transport!.GetReceiveLimit()];
        try
        {
            while (true)
            {
                var length = _transport.Receive(buffer.AsSpan(), WaitMilliseconds);
                if (length >= 0)
                    _incoming.Writer.TryWrite(buffer.AsSpan(0, length).ToArray());
            }
        }
        catch (IOException)
        {
            // The peer said goodbye, or we did.
            _incoming.Writer.TryComplete();
            return false;
        }
    }

    private async Task SendAllAsync()
    {
        try
        {
            await foreach (var datagram in _outgoing.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
                await _inner.SendAsync(datagram, CancellationToken.None).ConfigureAwait(false);
        }
        catch (TransportException exception)
        {
            Lose(exception);
        }
    }

    private async Task PumpAsync()
    {
        var buffer = new byte[ushort.MaxValue];
        try
        {
            while (true)
            {
                var length = await _inner.ReceiveAsync(buffer, _stop.Token).ConfigureAwait(false);
                var datagram = buffer.AsSpan(0, length).ToArray();
                _progress.Saw(Direction.In, datagram);
                _queue.Add(datagram);
            }
        }
        catch (TransportException exception)
        {
            Lose(exception);
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private void Lose(TransportException exception)
    {
        _lost ??= exception;
        _queue.Close();
    }

    private void Close()
    {
        try
        {
            if (_transport is { } transport)
                lock (transport)
                    transport.Close();
        }
        catch (IOException)
        {
            // It is over already.
        }
    }

    private TransportException Over(Exception inner) =>
        _lost
        ?? new TransportException(
            FailureKind.Lost,
            $"{_endpoint.Address} closed the DTLS connection: connect again.",
            inner
        );

    private static Task<T> OnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(
            work,
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default
        );
}
