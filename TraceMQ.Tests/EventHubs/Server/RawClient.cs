using System.Net.Sockets;
using Amqp.Framing;
using Amqp.Sasl;
using Amqp.Types;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport.EventHubs.Server.Protocol;

namespace TraceMQ.Tests.EventHubs.Server;

/// <summary>A client of our hub that sends whatever a test wants, right or wrong.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly TcpClient _client = new();
    private readonly FrameOutput _output = new() { MaximumFrame = 1 << 20 };
    private FrameReader _reader = null!;

    public static byte[] SaslHeader { get; } = "AMQP\u0003\u0001\0\0"u8.ToArray();

    public static byte[] AmqpHeader { get; } = "AMQP\0\u0001\0\0"u8.ToArray();

    public NetworkStream Stream => _client.GetStream();

    public Socket Socket => _client.Client;

    public static async Task<RawClient> ConnectAsync(int port)
    {
        var client = new RawClient();
        await client._client.ConnectAsync("127.0.0.1", port);
        client._reader = new FrameReader(client.Stream) { Maximum = 1 << 20 };
        return client;
    }

    /// <summary>Connects and does the handshake up to the open.</summary>
    public static async Task<RawClient> OpenAsync(int port, Open? open = null)
    {
        var client = await ConnectAsync(port);
        await client.SendAsync(SaslHeader);
        await client.HeaderAsync();
        await client.FrameAsync();
        await client.SendAsync(new SaslInit { Mechanism = "ANONYMOUS" }, isSasl: true);
        await client.FrameAsync();
        await client.SendAsync(AmqpHeader);
        await client.HeaderAsync();
        await client.SendAsync(open ?? new Open { ContainerId = "raw" });
        Assert.IsType<Open>(await client.PerformativeAsync());
        return client;
    }

    /// <summary>Begins a session and attaches a link that needs no token.</summary>
    public async Task AttachAsync(uint handle = 0, bool isReceiver = false)
    {
        if (handle == 0)
        {
            await SendAsync(
                new Begin
                {
                    NextOutgoingId = 0,
                    IncomingWindow = 1_000,
                    OutgoingWindow = 1_000,
                }
            );
            Assert.IsType<Begin>(await PerformativeAsync());
        }

        await SendAsync(
            new Attach
            {
                LinkName = $"raw {handle}",
                Handle = handle,
                Role = isReceiver,
                Source = new Source { Address = "$cbs" },
                Target = new Target { Address = "$cbs" },
            }
        );
        Assert.IsType<Attach>(await PerformativeAsync());
        if (!isReceiver)
            Assert.IsType<Flow>(await PerformativeAsync());
    }

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => Stream.WriteAsync(bytes).AsTask();

    public Task SendAsync(Described performative, ushort channel = 0, bool isSasl = false)
    {
        _output.Write(channel, performative, isSasl);
        return SendAsync(_output.Take().ToArray());
    }

    public Task SendAsync(Transfer transfer, byte[] payload)
    {
        _output.Write(0, transfer, payload);
        return SendAsync(_output.Take().ToArray());
    }

    public async Task<byte[]> HeaderAsync() =>
        (await _reader.ReadHeaderAsync(CancellationToken.None).AsTask().WaitAsync(Surroundings.Patience)).ToArray();

    /// <summary>The next frame; null where the hub has ended the connection.</summary>
    public async Task<Frame?> FrameAsync()
    {
        try
        {
            return await _reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Surroundings.Patience);
        }
        catch (Exception exception) when (exception is IOException or AmqpViolationException)
        {
            return null;
        }
    }

    /// <summary>The next performative; null where the hub has ended the connection.</summary>
    public async Task<object?> PerformativeAsync()
    {
        while (await FrameAsync() is { } frame)
        {
            if (!frame.Body.IsEmpty)
                return AmqpCodec.Read(frame.Body, out _);
        }

        return null;
    }

    /// <summary>The error with which the hub closes the connection, and that it closes it.</summary>
    public async Task<Error?> ErrorAsync()
    {
        Error? error = null;
        while (await PerformativeAsync() is { } performative)
            error ??= (performative as Close)?.Error;
        return error;
    }

    public void Dispose() => _client.Dispose();
}
