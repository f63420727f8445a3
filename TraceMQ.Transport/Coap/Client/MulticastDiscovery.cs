using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Coap.Codec;
using TraceMQ.Transport.Coap.Links;

namespace TraceMQ.Transport.Coap.Client;

/// <summary>Asks the group of all CoAP nodes who is there (RFC 7252, sections 8 and 12.8): a request without confirmation, and many answers.</summary>
internal static class MulticastDiscovery
{
    /// <summary>Most servers that are listed.</summary>
    public const int Maximum = 1000;

    private const int Port = 5683;
    private const int MaximumDatagram = 65_535;

    private static readonly IPAddress s_group = IPAddress.Parse("224.0.1.187");

    public static IAsyncEnumerable<Node> FindAsync(SessionContext context, CancellationToken cancellationToken) =>
        FindAsync(new IPEndPoint(s_group, Port), TransmissionParameters.Default.Leisure, context, cancellationToken);

    /// <summary>Yields each server once, as its answer comes.</summary>
    /// <param name="group">Whom to ask.</param>
    /// <param name="leisure">Over how long they spread their answers.</param>
    /// <param name="context">The surroundings.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async IAsyncEnumerable<Node> FindAsync(
        IPEndPoint group,
        TimeSpan leisure,
        SessionContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var socket = new Socket(group.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        var token = CoapToken.Of((uint)Random.Shared.Next(), 4);
        var packets = new PacketLog(context);
        await AskAsync(socket, group, token, packets, context, cancellationToken).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(leisure, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var buffer = new byte[MaximumDatagram];
        var found = new HashSet<EndPoint>();
        while (found.Count < Maximum)
        {
            SocketReceiveFromResult received;
            try
            {
                received = await socket
                    .ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), either.Token)
                    .ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                yield break;
            }

            var datagram = buffer.AsMemory(0, received.ReceivedBytes).ToArray();
            if (DatagramCodec.Read(datagram).Message is not { } message || message.Token != token)
                continue;
            packets
                .For(received.RemoteEndPoint.ToString()!)
                .Record(Direction.In, datagram, message, isStream: false, null);
            if (message.Code.IsSuccess && found.Add(received.RemoteEndPoint))
                yield return NodeOf(received.RemoteEndPoint.ToString()!, message);
        }
    }

    private static async Task AskAsync(
        Socket socket,
        IPEndPoint group,
        CoapToken token,
        PacketLog packets,
        SessionContext context,
        CancellationToken cancellationToken
    )
    {
        var request = new CoapMessage
        {
            Type = CoapType.NonConfirmable,
            Code = CoapCode.Get,
            MessageId = (ushort)Random.Shared.Next(ushort.MaxValue),
            Token = token,
            Options = OptionSet.Of(CoapPath.ToOptions("/.well-known/core")),
        };
        var bytes = DatagramCodec.Write(request);
        packets.Record(Direction.Out, bytes, request, isStream: false, context.NextExchange(), $"to the group {group}");
        try
        {
            await socket.SendToAsync(bytes, SocketFlags.None, group, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            throw new TransportException(
                FailureKind.Refused,
                $"The group {group} cannot be asked ({exception.Message}): check that the network takes multicast.",
                exception
            );
        }
    }

    private static Node NodeOf(string address, CoapMessage message)
    {
        var links = LinkFormat.Parse(Encoding.UTF8.GetString(message.Payload.Span));
        var isCut = message.Options.Block(OptionNumber.Block2) is { IsMore: true };
        return new Node(
            new NodePath("servers").Child(address),
            "found",
            address,
            HasChildren: false,
            [
                new Fact("resources", isCut ? $"more than {links.Count}" : links.Count.ToString()),
                new Fact("some of them", string.Join(", ", links.Take(5).Select(link => link.Target))),
            ],
            []
        );
    }
}
