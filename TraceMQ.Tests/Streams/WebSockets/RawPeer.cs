using System.Buffers.Binary;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport;
using TraceMQ.Transport.Streams.WebSockets;

namespace TraceMQ.Tests.Streams.WebSockets;

/// <summary>A connection of ours, and at its other end bytes by hand. Knows the form of frames by itself, so that a mistake is not made twice.</summary>
internal sealed class RawPeer : IAsyncDisposable, IFrameObserver
{
    private readonly Stream _stream;
    private readonly bool _isPeerClient;

    /// <param name="isServer">Ours is the server, so the peer is a client and masks.</param>
    /// <param name="deflate">What was agreed.</param>
    /// <param name="limits">Of ours.</param>
    /// <param name="time">Of ours.</param>
    public RawPeer(
        bool isServer,
        DeflateParameters? deflate = null,
        WebSocketLimits? limits = null,
        TimeProvider? time = null
    )
    {
        var (ours, theirs) = DuplexPipe.Create();
        _stream = theirs;
        _isPeerClient = isServer;
        Connection = new WebSocketConnection(
            ours,
            default,
            isClient: !isServer,
            new Upgrade("", "", "/", null, deflate, TimeSpan.Zero),
            limits ?? new WebSocketLimits { LingerTimeout = TimeSpan.FromMilliseconds(50) },
            time ?? TimeProvider.System
        )
        {
            Observer = this,
        };
    }

    public WebSocketConnection Connection { get; }

    public List<string> Seen { get; } = [];

    /// <summary>A frame as the peer has to write it.</summary>
    public byte[] Frame(int opcode, ReadOnlySpan<byte> payload, bool isFinal = true, int reserved = 0) =>
        Frame(opcode, payload, isFinal, reserved, _isPeerClient);

    public static byte[] Frame(int opcode, ReadOnlySpan<byte> payload, bool isFinal, int reserved, bool isMasked)
    {
        var frame = new List<byte> { (byte)((isFinal ? 0x80 : 0) | (reserved << 4) | opcode) };
        var bit = isMasked ? 0x80 : 0;
        if (payload.Length < 126)
        {
            frame.Add((byte)(bit | payload.Length));
        }
        else if (payload.Length < 65_536)
        {
            frame.Add((byte)(bit | 126));
            frame.AddRange([(byte)(payload.Length >> 8), (byte)payload.Length]);
        }
        else
        {
            var length = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
            frame.Add((byte)(bit | 127));
            frame.AddRange(length);
        }

        byte[] mask = isMasked ? [0x37, 0xFA, 0x21, 0x3D] : [0, 0, 0, 0];
        if (isMasked)
            frame.AddRange(mask);
        for (var i = 0; i < payload.Length; i++)
            frame.Add((byte)(payload[i] ^ mask[i % 4]));
        return [.. frame];
    }

    public static byte[] Close(int code, string reason = "") =>
        [(byte)(code >> 8), (byte)code, .. System.Text.Encoding.UTF8.GetBytes(reason)];

    public async Task SendAsync(params byte[][] frames)
    {
        await _stream.WriteAsync(frames.SelectMany(frame => frame).ToArray());
        await _stream.FlushAsync();
    }

    /// <summary>Sends bytes one at a time, so that everything is cut everywhere.</summary>
    public async Task DribbleAsync(byte[] bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
            await SendAsync(bytes[i..(i + 1)]);
    }

    public ValueTask HangUpAsync() => _stream.DisposeAsync();

    /// <summary>What ours sends next: opcode, whether final, reserved bits, payload.</summary>
    public async Task<RawFrame> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Surroundings.Patience);
        var start = new byte[2];
        await _stream.ReadExactlyAsync(start, patience.Token);
        Assert.Equal(!_isPeerClient, (start[1] & 0x80) != 0);
        long length = start[1] & 0x7F;
        if (length >= 126)
        {
            var more = new byte[length == 126 ? 2 : 8];
            await _stream.ReadExactlyAsync(more, patience.Token);
            length = more.Aggregate(0L, (sum, value) => (sum << 8) | value);
        }

        var mask = new byte[4];
        if ((start[1] & 0x80) != 0)
            await _stream.ReadExactlyAsync(mask, patience.Token);
        var payload = new byte[length];
        await _stream.ReadExactlyAsync(payload, patience.Token);
        for (var i = 0; i < payload.Length; i++)
            payload[i] ^= mask[i % 4];
        return new RawFrame(start[0] & 0xF, (start[0] & 0x80) != 0, (start[0] >> 4) & 7, payload);
    }

    public async Task<WebSocketMessage?> ReceiveAsync() =>
        await Connection.ReceiveAsync(CancellationToken.None).AsTask().WaitAsync(Surroundings.Patience);

    /// <summary>Ours must end the connection: with this code to the peer, and with these words to the user.</summary>
    public async Task<TransportException> FailsAsync(int code, string words)
    {
        var failure = await Assert.ThrowsAsync<TransportException>(async () =>
        {
            while (await ReceiveAsync() is not null)
                continue;
        });
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        RawFrame frame;
        do frame = await ReadAsync();
        while (frame.Opcode != 8);
        Assert.Equal(code, frame.CloseCode);
        Assert.Equal(code, (await Connection.Ended).Code);
        return failure;
    }

    public void OnFrame(in WebSocketFrame frame)
    {
        lock (Seen)
            Seen.Add(
                $"{frame.Direction} {frame.Header.Opcode.Name()} {frame.Payload.Length}{(frame.Header.IsFinal ? "" : "+")}"
            );
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await Connection.DisposeAsync();
    }
}

internal sealed record RawFrame(int Opcode, bool IsFinal, int Reserved, byte[] Payload)
{
    public int CloseCode => Payload.Length < 2 ? 1005 : (Payload[0] << 8) | Payload[1];

    public string Text => System.Text.Encoding.UTF8.GetString(Payload);
}
