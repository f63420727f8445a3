using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace TraceMQ.Tests.Kafka;

/// <summary>
/// Stands before the test broker and speaks Kafka's bytes (protocol guide of Apache Kafka) where the broker cannot: ApiVersions, SaslHandshake,
/// SaslAuthenticate, and ListOffsets for a time. It takes TLS off, names itself as the broker, and cuts connections when a test says so.
/// </summary>
internal sealed class KafkaFront : IAsyncDisposable
{
    private const short ListOffsets = 2;
    private const short Metadata = 3;
    private const short SaslHandshake = 17;
    private const short ApiVersions = 18;
    private const short SaslAuthenticate = 36;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<TcpClient, bool> _open = new();
    private readonly int _brokerPort;
    private readonly Task _accepting;

    public KafkaFront(int brokerPort)
    {
        _brokerPort = brokerPort;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>TLS that is taken off; null: there is none.</summary>
    public SslServerAuthenticationOptions? Tls { get; init; }

    /// <summary>Whom it lets in; null: everybody.</summary>
    public SaslGate? Gate { get; init; }

    /// <summary>What it answers to a question for a time: the partition and the milliseconds to an offset; null: the broker is asked.</summary>
    public Func<int, long, long>? OffsetAt { get; init; }

    /// <summary>How many partitions topics have by its word.</summary>
    public int Partitions { get; set; } = int.MaxValue;

    /// <summary>How many connections came so far.</summary>
    public int Connections => _connections;

    private int _connections;

    /// <summary>Resets every connection, both ways.</summary>
    public void Cut()
    {
        foreach (var client in _open.Keys)
        {
            if (client.Client is { } socket)
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            client.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        foreach (var client in _open.Keys)
            client.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                served.Add(ServeAsync(client));
            }
        }
        catch (Exception exception)
            when (exception is OperationCanceledException or InvalidOperationException or SocketException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        _open[client] = true;
        client.NoDelay = true;
        using var broker = new TcpClient { NoDelay = true };
        try
        {
            Stream stream = client.GetStream();
            if (Tls is not null)
            {
                var secure = new SslStream(stream);
                await secure.AuthenticateAsServerAsync(Tls, _stop.Token);
                stream = secure;
            }

            await broker.ConnectAsync(IPAddress.Loopback, _brokerPort, _stop.Token);
            _open[broker] = true;
            var asked = new ConcurrentDictionary<int, short>();
            var up = UpAsync(stream, broker.GetStream(), asked);
            var down = DownAsync(broker.GetStream(), stream, asked);
            await Task.WhenAny(up, down);
            client.Dispose();
            broker.Dispose();
            await Task.WhenAll(up, down);
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or SocketException
                        or ObjectDisposedException
                        or InvalidOperationException
                        or OperationCanceledException
                        or System.Security.Authentication.AuthenticationException
            )
        {
            // Cut, refused, or at its end.
        }
        finally
        {
            _open.TryRemove(client, out _);
            _open.TryRemove(broker, out _);
            client.Dispose();
        }
    }

    private async Task UpAsync(Stream client, NetworkStream broker, ConcurrentDictionary<int, short> asked)
    {
        var conversation = Gate?.Begin();
        while (await ReadAsync(client) is { } request)
        {
            var own = Answer(request, conversation);
            if (own is null)
            {
                if (conversation is { IsLetIn: false })
                    return;
                if (BinaryPrimitives.ReadInt16BigEndian(request) == Metadata)
                    asked[BinaryPrimitives.ReadInt32BigEndian(request.AsSpan(4))] = BinaryPrimitives.ReadInt16BigEndian(
                        request.AsSpan(2)
                    );
                await WriteAsync(broker, request);
                continue;
            }

            await WriteAsync(client, own);
            if (conversation is { IsRefused: true })
                return;
        }
    }

    // The broker's answers name its own port, by which clients would go round us.
    private async Task DownAsync(NetworkStream broker, Stream client, ConcurrentDictionary<int, short> asked)
    {
        var name = new byte[13];
        "127.0.0.1"u8.CopyTo(name);
        BinaryPrimitives.WriteInt32BigEndian(name.AsSpan(9), _brokerPort);
        while (await ReadAsync(broker) is { } answer)
        {
            for (var at = 0; answer.AsSpan(at).IndexOf(name) is var found and >= 0; )
            {
                at += found + 9;
                BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(at), Port);
            }

            await WriteAsync(
                client,
                asked.TryRemove(BinaryPrimitives.ReadInt32BigEndian(answer), out var version)
                    ? MetadataAnswer.First(Partitions, answer, version)
                    : answer
            );
        }
    }

    private byte[]? Answer(byte[] request, SaslConversation? conversation)
    {
        var reader = new KafkaBytesReader(request);
        var key = reader.Int16();
        var version = reader.Int16();
        var correlation = reader.Int32();
        reader.Text();
        switch (key)
        {
            case ApiVersions:
                return Versions(correlation, version);
            case SaslHandshake when conversation is not null:
                var isTaken = conversation.Choose(reader.Text());
                return new KafkaBytesWriter()
                    .Int32(correlation)
                    .Int16((short)(isTaken ? 0 : 33))
                    .Texts(conversation.Mechanisms)
                    .ToArray();
            case SaslAuthenticate when conversation is not null:
                var said = conversation.Next(reader.Bytes());
                return new KafkaBytesWriter()
                    .Int32(correlation)
                    .Int16((short)(said is null ? 58 : 0))
                    .Text(said is null ? "Authentication failed" : null)
                    .Bytes(said ?? [])
                    .ToArray();
            case ListOffsets when OffsetAt is not null:
                return Offsets(correlation, reader);
            default:
                return null;
        }
    }

    // Version 0 alone, which needs no tags: older versions of everything are good enough.
    private byte[] Versions(int correlation, short version)
    {
        var writer = new KafkaBytesWriter().Int32(correlation).Int16((short)(version == 0 ? 0 : 35));
        (short Key, short Minimum, short Maximum)[] all =
        [
            (0, 3, 7), // Produce
            (1, 4, 11), // Fetch
            (ListOffsets, 1, 1),
            (Metadata, 0, 2),
            (8, 2, 5), // OffsetCommit
            (9, 1, 5), // OffsetFetch
            (10, 0, 2), // FindCoordinator
            (11, 0, 4), // JoinGroup
            (12, 0, 2), // Heartbeat
            (13, 0, 1), // LeaveGroup
            (14, 0, 2), // SyncGroup
            (SaslHandshake, 0, 1),
            (ApiVersions, 0, 0),
            (SaslAuthenticate, 0, 0),
        ];
        writer.Int32(all.Length);
        foreach (var (key, minimum, maximum) in all)
            writer.Int16(key).Int16(minimum).Int16(maximum);
        return writer.ToArray();
    }

    /// <summary>ListOffsets version 1, where every partition is asked for a time; null where one is not.</summary>
    private byte[]? Offsets(int correlation, KafkaBytesReader reader)
    {
        reader.Int32();
        var writer = new KafkaBytesWriter().Int32(correlation);
        var topics = reader.Int32();
        writer.Int32(topics);
        for (var topic = 0; topic < topics; topic++)
        {
            writer.Text(reader.Text());
            var partitions = reader.Int32();
            writer.Int32(partitions);
            for (var i = 0; i < partitions; i++)
            {
                var partition = reader.Int32();
                var time = reader.Int64();
                if (time < 0)
                    return null;
                writer.Int32(partition).Int16(0).Int64(time).Int64(OffsetAt!(partition, time));
            }
        }

        return writer.ToArray();
    }

    private async Task<byte[]?> ReadAsync(Stream stream)
    {
        var length = new byte[4];
        if (await stream.ReadAtLeastAsync(length, 4, throwOnEndOfStream: false, _stop.Token) < 4)
            return null;
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(frame, _stop.Token);
        return frame;
    }

    private async Task WriteAsync(Stream stream, byte[] frame)
    {
        var whole = new byte[frame.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(whole, frame.Length);
        frame.CopyTo(whole, 4);
        await stream.WriteAsync(whole, _stop.Token);
    }
}
