using System.IO.Compression;

namespace TraceMQ.Transport.Streams.WebSockets;

/// <summary>Deflates the messages of a connection (RFC 7692, section 7.2.1).</summary>
internal sealed class MessageDeflater : IDisposable
{
    private const int MaxWindowBits = 15;

    private readonly PooledBytes _deflated = new();
    private readonly bool _keepsHistory;
    private readonly int _window;
    private Sink? _sink;
    private DeflateStream? _stream;
    private int _sinceStart;

    /// <param name="keepsHistory">A message may refer to the ones before (context takeover).</param>
    /// <param name="windowBits">How far back references may go, as a power of two; 8 to 15.</param>
    public MessageDeflater(bool keepsHistory, int windowBits)
    {
        _keepsHistory = keepsHistory;
        // The framework's compressor always has the largest window. One that starts over after so many bytes refers no further back.
        _window = windowBits < MaxWindowBits ? 1 << windowBits : int.MaxValue;
    }

    /// <summary>Deflates a message.</summary>
    /// <returns>What to send; valid until the next call.</returns>
    public ReadOnlyMemory<byte> Deflate(ReadOnlySpan<byte> message)
    {
        _deflated.Clear();
        if (message.IsEmpty)
        {
            // An empty block without its tail (section 7.2.3.6): the compressor writes nothing where there is nothing.
            _deflated.Append((byte)0);
            return _deflated.Written;
        }

        if (!_keepsHistory)
            StartOver();
        while (!message.IsEmpty)
        {
            if (_stream is null || _sinceStart == _window)
                StartOver();
            var piece = message[..Math.Min(message.Length, _window - _sinceStart)];
            _stream!.Write(piece);
            _sinceStart = _window == int.MaxValue ? 0 : _sinceStart + piece.Length;
            message = message[piece.Length..];
            if (message.IsEmpty || _sinceStart == _window)
                _stream.Flush();
        }

        if (!_deflated.WrittenSpan.EndsWith(MessageInflater.Tail))
            throw new InvalidOperationException("the compressor did not end with an empty block");
        _deflated.Truncate(_deflated.Length - MessageInflater.Tail.Length);
        return _deflated.Written;
    }

    public void Dispose()
    {
        End();
        _deflated.Release();
    }

    private void StartOver()
    {
        End();
        _sink = new Sink(_deflated);
        _stream = new DeflateStream(_sink, CompressionLevel.Optimal);
        _sinceStart = 0;
    }

    private void End()
    {
        // It would write its last block, which no message may have in its middle.
        _sink?.Close();
        _stream?.Dispose();
        _stream = null;
        _sink = null;
    }

    /// <summary>Collects what the compressor writes until it is closed, and then nothing.</summary>
    private sealed class Sink : Stream
    {
        private PooledBytes? _target;

        public Sink(PooledBytes target) => _target = target;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Close()
        {
            _target = null;
            base.Close();
        }

        public override void Write(ReadOnlySpan<byte> buffer) => _target?.Append(buffer);

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
