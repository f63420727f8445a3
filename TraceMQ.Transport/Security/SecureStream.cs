using System.Net.Security;
using System.Net.Sockets;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Security;

/// <summary>
/// A stream over TLS. TLS 1.3 lets a server refuse our certificate after the handshake, at the first read (RFC 8446, 4.4.2.4): what the
/// framework throws there becomes an <see cref="IOException"/> around a <see cref="TransportException"/> with a sentence.
/// </summary>
internal sealed class SecureStream : PassingStream
{
    private readonly string _peer;
    private readonly OwnCertificate _own;
    private readonly bool _isClient;
    private bool _hasRead;

    /// <param name="inner">The stream, its handshake done.</param>
    /// <param name="peer">What the handshake agreed on.</param>
    /// <param name="address">The peer's address, for sentences.</param>
    /// <param name="own">What became of our certificate.</param>
    /// <param name="isClient">Whether we are the client. A server may still refuse our certificate, and not every one says so: some only hang up.</param>
    public SecureStream(SslStream inner, TlsPeer peer, string address, OwnCertificate own, bool isClient)
        : base(inner)
    {
        Peer = peer;
        _peer = address;
        _own = own;
        _isClient = isClient;
    }

    /// <summary>What the handshake agreed on.</summary>
    public TlsPeer Peer { get; }

    private bool MayBeRefused => _isClient && !_hasRead && _own != OwnCertificate.Unneeded;

    /// <summary>Tells the peer that nothing more will be sent (close_notify, RFC 8446, 6.1); what it sends still comes.</summary>
    public Task EndAsync() => ((SslStream)Inner).ShutdownAsync();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception) when (Explain(exception) is { } failure)
        {
            throw new IOException(failure.Message, failure);
        }

        if (read == 0 && !buffer.IsEmpty && MayBeRefused)
        {
            var failure = TlsFailures.HungUp(_peer, _own, inner: null);
            throw new IOException(failure.Message, failure);
        }

        _hasRead |= read > 0;
        return read;
    }

    // A peer that refuses us has often reset the connection before we have sent our first bytes.
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            await base.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception) when (Explain(exception) is { } failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    private TransportException? Explain(IOException exception) =>
        TlsFailures.OfAlert(_peer, _own, exception)
        ?? (
            MayBeRefused && exception.GetBaseException() is SocketException
                ? TlsFailures.HungUp(_peer, _own, exception)
                : null
        );
}
