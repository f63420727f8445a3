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
    private readonly bool _hasCertificate;
    private readonly bool _wasAskedForOne;
    private bool _hasRead;

    /// <param name="inner">The stream, its handshake done.</param>
    /// <param name="peer">What the handshake agreed on.</param>
    /// <param name="address">The peer's address, for sentences.</param>
    /// <param name="hasCertificate">Whether we have shown a certificate, or would have.</param>
    /// <param name="wasAskedForOne">Whether the peer may still refuse us for our certificate, or for having none. Not every server says so: some only hang up.</param>
    public SecureStream(SslStream inner, TlsPeer peer, string address, bool hasCertificate, bool wasAskedForOne)
        : base(inner)
    {
        Peer = peer;
        _peer = address;
        _hasCertificate = hasCertificate;
        _wasAskedForOne = wasAskedForOne;
    }

    /// <summary>What the handshake agreed on.</summary>
    public TlsPeer Peer { get; }

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

        if (read == 0 && !buffer.IsEmpty && !_hasRead && _wasAskedForOne)
        {
            var failure = TlsFailures.HungUp(_peer, _hasCertificate, inner: null);
            throw new IOException(failure.Message, failure);
        }

        _hasRead |= read > 0;
        return read;
    }

    private TransportException? Explain(IOException exception) =>
        TlsFailures.OfAlert(_peer, _hasCertificate, exception)
        ?? (
            !_hasRead && _wasAskedForOne && exception.GetBaseException() is SocketException
                ? TlsFailures.HungUp(_peer, _hasCertificate, exception)
                : null
        );
}
