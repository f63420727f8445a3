using System.Net;
using System.Net.Sockets;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Transport.Sockets;

/// <summary>A peer that datagrams are sent to. The socket is connected, so that only its answers come, and its refusal is heard of.</summary>
internal sealed class DatagramLink : SocketLink
{
    private readonly Socket _socket;
    private readonly SocketWire _wire;
    private readonly byte[] _buffer = new byte[64 * 1024];

    private DatagramLink(Socket socket, string address, SessionContext context)
        : base(address)
    {
        _socket = socket;
        _wire = new SocketWire(context, isDatagrams: true);
    }

    public override IReadOnlyList<Fact> Facts =>
        [
            new Fact("our address", _socket.LocalEndPoint?.ToString() ?? ""),
            new Fact("framing", "a datagram is a message; none is acknowledged"),
        ];

    /// <summary>Finds the address; nothing is sent yet.</summary>
    /// <exception cref="TransportException">The name does not resolve, or there is no way to it.</exception>
    public static async Task<DatagramLink> OpenAsync(
        Endpoint endpoint,
        StepLog steps,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var addresses = await steps
            .RunAsync(
                "name",
                () => TcpDialer.ResolveAsync(endpoint, context.Time, cancellationToken),
                found => $"{endpoint.Host} is {string.Join(", ", found)}"
            )
            .ConfigureAwait(false);
        var address =
            addresses.FirstOrDefault(item => item.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        return await steps
            .RunAsync(
                "UDP",
                () => Task.FromResult(Open(endpoint, new IPEndPoint(address, endpoint.Port), context)),
                made => $"{made.Address} can be sent to; whether anybody listens there only an answer tells"
            )
            .ConfigureAwait(false);
    }

    public override async ValueTask<byte[]?> ReadAsync(CancellationToken cancellationToken)
    {
        var length = await _socket.ReceiveAsync(_buffer, cancellationToken).ConfigureAwait(false);
        _wire.Passed(Direction.In, Address, _buffer.AsMemory(0, length));
        return _buffer.AsSpan(0, length).ToArray();
    }

    public override SocketOutgoing Outgoing(OutgoingMessage message) => SocketOutgoing.OfDatagram(message);

    public override async ValueTask SendAsync(SocketOutgoing outgoing, CancellationToken cancellationToken)
    {
        await _socket.SendAsync(outgoing.Bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false);
        _wire.Passed(Direction.Out, Address, outgoing.Bytes);
    }

    public override ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private static DatagramLink Open(Endpoint endpoint, IPEndPoint target, SessionContext context)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Connect(target);
            return new DatagramLink(socket, endpoint.Address, context);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw SocketFailures.Of(endpoint.Address, exception);
        }
    }
}
