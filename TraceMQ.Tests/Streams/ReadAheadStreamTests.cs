using System.Threading.Channels;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Transport.Streams;

namespace TraceMQ.Tests.Streams;

public sealed class ReadAheadStreamTests
{
    [Fact]
    public void Whatever_the_sizes_of_the_reads_the_bytes_are_the_same() =>
        Gen.Select(Gen.Byte.Array[0, 5000], Gen.Int[1, 200_000].Array[1, 20], Gen.Int[1, 3000].Array[1, 20])
            .Sample(
                (bytes, reads, chunks) =>
                    ReadAllAsync(bytes, reads, chunks).GetAwaiter().GetResult().SequenceEqual(bytes),
                iter: 300
            );

    [Fact]
    public async Task Two_small_reads_cost_one_read_of_the_socket()
    {
        var inner = new ChunkStream();
        inner.Add(new byte[50]);
        await using var stream = new ReadAheadStream(inner, new FakeTimeProvider());

        await stream.ReadExactlyAsync(new byte[2]);
        await stream.ReadExactlyAsync(new byte[48]);

        Assert.Equal(1, inner.Reads);
    }

    [Fact]
    public async Task A_lone_small_packet_is_not_kept_waiting_and_neither_is_the_next()
    {
        var inner = new ChunkStream();
        var time = new FakeTimeProvider();
        await using var stream = new ReadAheadStream(inner, time);
        inner.Add(new byte[50]);
        await stream.ReadExactlyAsync(new byte[50]);
        inner.Add(new byte[50]);

        Assert.Equal(50, await stream.ReadAsync(new byte[50]).AsTask().WaitAsync(Surroundings.Patience));
    }

    [Fact]
    public async Task Steady_crumbs_are_collected_for_ten_milliseconds()
    {
        var inner = new ChunkStream();
        var time = new FakeTimeProvider();
        await using var stream = new ReadAheadStream(inner, time);
        inner.Add(new byte[500]);
        await stream.ReadExactlyAsync(new byte[500]);

        inner.Add(new byte[500]);
        var next = stream.ReadAsync(new byte[500]).AsTask();
        Assert.False(next.IsCompleted);
        Assert.Equal(1, inner.Reads);
        time.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Equal(500, await next.WaitAsync(Surroundings.Patience));
    }

    [Fact]
    public async Task After_a_pause_nothing_waits()
    {
        var inner = new ChunkStream();
        var time = new FakeTimeProvider();
        await using var stream = new ReadAheadStream(inner, time);
        inner.Add(new byte[500]);
        await stream.ReadExactlyAsync(new byte[500]);
        time.Advance(TimeSpan.FromMilliseconds(20));
        inner.Add(new byte[500]);

        Assert.Equal(500, await stream.ReadAsync(new byte[500]).AsTask().WaitAsync(Surroundings.Patience));
    }

    [Fact]
    public async Task It_remembers_how_the_peer_began()
    {
        var inner = new ChunkStream();
        inner.Add("HTTP/1.1 400 Bad Request"u8.ToArray());
        await using var stream = new ReadAheadStream(inner, new FakeTimeProvider());
        Assert.True(stream.Opening.IsEmpty);

        await stream.ReadExactlyAsync(new byte[2]);

        Assert.Equal("HTTP/1.1 400 Bad Request"u8.ToArray(), stream.Opening.ToArray());
    }

    [Fact]
    public async Task The_end_is_the_end_and_writes_pass_through()
    {
        var inner = new ChunkStream();
        inner.End();
        await using var stream = new ReadAheadStream(inner, new FakeTimeProvider());

        Assert.Equal(0, await stream.ReadAsync(new byte[10]));
        await stream.WriteAsync("out"u8.ToArray());

        Assert.Equal("out"u8.ToArray(), inner.Written.ToArray());
    }

    private static async Task<byte[]> ReadAllAsync(byte[] bytes, int[] reads, int[] chunks)
    {
        var inner = new ChunkStream();
        for (int at = 0, i = 0; at < bytes.Length; i++)
        {
            var length = Math.Min(chunks[i % chunks.Length], bytes.Length - at);
            inner.Add(bytes[at..(at + length)]);
            at += length;
        }

        inner.End();
        // Its clock moves on with every look, so that nothing ever seems steady.
        await using var stream = new ReadAheadStream(
            inner,
            new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) }
        );
        var all = new MemoryStream();
        for (var i = 0; ; i++)
        {
            var buffer = new byte[reads[i % reads.Length]];
            var read = await stream.ReadAsync(buffer);
            if (read == 0)
                return all.ToArray();
            all.Write(buffer, 0, read);
        }
    }

    /// <summary>A socket's stream that gives a chunk for each read.</summary>
    private sealed class ChunkStream : Stream
    {
        private readonly Channel<byte[]> _chunks = Channel.CreateUnbounded<byte[]>();

        public int Reads { get; private set; }

        public MemoryStream Written { get; } = new();

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Add(byte[] chunk) => _chunks.Writer.TryWrite(chunk);

        public void End() => _chunks.Writer.Complete();

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            Reads++;
            if (!await _chunks.Reader.WaitToReadAsync(cancellationToken) || !_chunks.Reader.TryRead(out var chunk))
                return 0;
            chunk.CopyTo(buffer);
            return chunk.Length;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
