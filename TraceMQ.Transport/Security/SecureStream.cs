using System.Net.Security;
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

    public SecureStream(SslStream inner, TlsPeer peer, string address, bool hasCertificate)
        : base(inner)
    {
        Peer = peer;
        _peer = address;
        _hasCertificate = hasCertificate;
    }

    /// <summary>What the handshake agreed on.</summary>
    public TlsPeer Peer { get; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException exception) when (TlsFailures.OfAlert(_peer, _hasCertificate, exception) is { } failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }
}
