using System.Net;
using Org.BouncyCastle.Tls;

namespace TraceMQ.Transport.Security.Dtls;

/// <summary>A client of a listener: from the moment that its cookie proved its address, until it goes.</summary>
internal sealed class DtlsClient
{
    private readonly byte[] _hello;
    private readonly DtlsProgress _progress;
    private DtlsTransport? _transport;

    /// <param name="peer">Its address.</param>
    /// <param name="hello">The greeting with the cookie.</param>
    /// <param name="queue">Its datagrams.</param>
    /// <param name="progress">How far its handshake came.</param>
    public DtlsClient(IPEndPoint peer, ReadOnlySpan<byte> hello, DtlsQueue queue, DtlsProgress progress)
    {
        Peer = peer;
        _hello = DtlsRecords.Body(hello).ToArray();
        Queue = queue;
        _progress = progress;
    }

    public IPEndPoint Peer { get; }

    public DtlsQueue Queue { get; }

    /// <summary>When it was last heard of.</summary>
    public long LastHeard { get; set; }

    /// <summary>True once the handshake is over.</summary>
    public bool IsEstablished => Volatile.Read(ref _transport) is not null;

    /// <summary>True for the greeting that began this, sent again because our answer was lost.</summary>
    public bool IsRepeated(ReadOnlySpan<byte> hello) => !IsEstablished && DtlsRecords.Body(hello).SequenceEqual(_hello);

    /// <summary>A datagram of it came.</summary>
    public void Add(byte[] datagram)
    {
        _progress.Saw(Direction.In, datagram);
        Queue.Add(datagram);
    }

    /// <summary>The handshake is over.</summary>
    public void Establish(DtlsTransport transport)
    {
        _progress.End();
        Volatile.Write(ref _transport, transport);
    }

    /// <summary>Sends to it; nothing where the handshake is not over, or the client is gone.</summary>
    public void Send(ReadOnlySpan<byte> datagram)
    {
        if (Volatile.Read(ref _transport) is not { } transport)
            return;
        try
        {
            lock (transport)
                transport.Send(datagram);
        }
        catch (IOException)
        {
            // It is gone, which its own thread sees too.
        }
    }

    /// <summary>Says goodbye where there is somebody to say it to, and ends its thread.</summary>
    public void Close()
    {
        try
        {
            if (Volatile.Read(ref _transport) is { } transport)
                lock (transport)
                    transport.Close();
        }
        catch (IOException)
        {
            // It is gone already.
        }

        Queue.Close();
    }
}
