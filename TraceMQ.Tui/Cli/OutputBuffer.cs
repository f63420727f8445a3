using System.Buffers;

namespace TraceMQ.Tui.Cli;

/// <summary>What goes to stdout, collected so that a flood costs one write for hundreds of messages. One writer at a time.</summary>
internal sealed class OutputBuffer(Stream stream) : IBufferWriter<byte>
{
    private const int FlushAt = 64 * 1024;
    private byte[] _buffer = new byte[2 * FlushAt];
    private int _length;

    /// <summary>True once the reader of stdout has gone: there is no use in going on.</summary>
    public bool IsClosed => stream is StandardOutput { IsClosedByReader: true };

    public void Write(scoped ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > FlushAt)
        {
            Flush();
            stream.Write(bytes);
            return;
        }

        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    public void Advance(int count)
    {
        _length += count;
        if (_length >= FlushAt)
            Flush();
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(_length);
    }

    /// <summary>Hands everything to the stream.</summary>
    /// <exception cref="IOException">It cannot be written, for another reason than a reader that has gone.</exception>
    public void Flush()
    {
        if (_length == 0)
            return;
        stream.Write(_buffer.AsSpan(0, _length));
        _length = 0;
        stream.Flush();
    }

    private void Reserve(int sizeHint)
    {
        var wanted = Math.Max(sizeHint, 256);
        if (_buffer.Length - _length >= wanted)
            return;
        Flush();
        if (_buffer.Length < wanted)
            _buffer = new byte[wanted];
    }
}
