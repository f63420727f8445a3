using System.Net;
using System.Net.Sockets;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Sockets.Server;

/// <summary>Somebody whose datagrams came: a client as far as UDP knows any.</summary>
internal sealed class DatagramSender : SocketClient
{
    private readonly Socket _socket;
    private readonly IPEndPoint _address;
    private readonly SocketWire _wire;
    private readonly Action<DatagramSender> _forget;

    public DatagramSender(Socket socket, IPEndPoint address, SocketWire wire, long since, Action<DatagramSender> forget)
        : base(address, since)
    {
        _socket = socket;
        _address = address;
        _wire = wire;
        _forget = forget;
        LastHeard = since;
    }

    public override bool IsDatagrams => true;

    public override IReadOnlyList<Fact> Facts => [new Fact("by", "UDP")];

    /// <summary>The address of its datagrams.</summary>
    public IPEndPoint Address => _address;

    /// <summary>When it last sent something, as the clock's timestamp.</summary>
    public long LastHeard { get; set; }

    public override async ValueTask SendAsync(SocketOutgoing outgoing, CancellationToken cancellationToken)
    {
        await _socket.SendToAsync(outgoing.Bytes, SocketFlags.None, _address, cancellationToken).ConfigureAwait(false);
        _wire.Passed(Direction.Out, Name, outgoing.Bytes);
    }

    public override Task CloseAsync(SettingValues values, CancellationToken cancellationToken)
    {
        Cut();
        return Task.CompletedTask;
    }

    // There is no connection: it is forgotten, and is a new one with its next datagram.
    public override void Cut() => _forget(this);
}
