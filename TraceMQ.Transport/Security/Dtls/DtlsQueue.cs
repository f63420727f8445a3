using Org.BouncyCastle.Tls;

namespace TraceMQ.Transport.Security.Dtls;

/// <summary>Between the library, which waits on a thread of its own, and whoever sends and receives the datagrams.</summary>
internal sealed class DtlsQueue : DatagramTransport
{
    private const int MostWaiting = 256;

    // What passes everywhere: an Ethernet frame less the headers of IPv6, UDP and a tunnel.
    private const int LargestSent = 1400;
    private readonly Queue<byte[]> _received = new();
    private readonly Action<byte[]> _send;
    private bool _isClosed;

    /// <param name="send">Sends a datagram, or queues it; never waits.</param>
    public DtlsQueue(Action<byte[]> send) => _send = send;

    /// <summary>Hands in what came; it is dropped where too much waits.</summary>
    public void Add(byte[] datagram)
    {
        lock (_received)
        {
            if (_isClosed || _received.Count == MostWaiting)
                return;
            _received.Enqueue(datagram);
            Monitor.Pulse(_received);
        }
    }

    public int GetReceiveLimit() => ushort.MaxValue;

    public int GetSendLimit() => LargestSent;

    public int Receive(byte[] buf, int off, int len, int waitMillis) => Receive(buf.AsSpan(off, len), waitMillis);

    /// <summary>Waits for a datagram; 0 ms means for ever.</summary>
    /// <returns>Its length; -1 where none came in time.</returns>
    /// <exception cref="IOException">It is closed. Another -1 would have the library ask again at once, without end.</exception>
    public int Receive(Span<byte> buffer, int waitMillis)
    {
        lock (_received)
        {
            // One thread asks, so that one that is woken finds what it was woken for.
            if (_received.Count == 0 && !_isClosed)
                Monitor.Wait(_received, waitMillis == 0 ? Timeout.Infinite : waitMillis);
            if (_received.Count == 0)
                return _isClosed ? throw new IOException("The connection is closed.") : -1;
            var datagram = _received.Dequeue();
            var length = Math.Min(datagram.Length, buffer.Length);
            datagram.AsSpan(0, length).CopyTo(buffer);
            return length;
        }
    }

    public void Send(byte[] buf, int off, int len) => Send(buf.AsSpan(off, len));

    public void Send(ReadOnlySpan<byte> buffer) => _send(buffer.ToArray());

    /// <summary>Ends whoever waits.</summary>
    public void Close()
    {
        lock (_received)
        {
            _isClosed = true;
            Monitor.PulseAll(_received);
        }
    }
}
