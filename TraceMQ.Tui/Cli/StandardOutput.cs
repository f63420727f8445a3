using System.ComponentModel;
using System.Runtime.InteropServices;

namespace TraceMQ.Tui.Cli;

/// <summary>
/// The process's stdout as it is. The runtime's own stream hides that a reader such as <c>head</c> has gone, and a <see cref="FileStream"/>
/// keeps an offset of its own, which overwrites when several programs append to one file.
/// </summary>
internal sealed partial class StandardOutput : Stream
{
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int BrokenPipe = 32;
    private const short WritePossible = 4;

    /// <summary>True once the reader has gone: what is written since is lost.</summary>
    public bool IsClosedByReader { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush()
    {
        // Nothing is kept here.
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty && !IsClosedByReader)
        {
            var written = WriteFile(1, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
                buffer = buffer[(int)written..];
            else
                Recover(Marshal.GetLastPInvokeError());
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Recover(int error)
    {
        switch (error)
        {
            case Interrupted:
                break;
            case WouldBlock:
                // Another program made the shared terminal or pipe non-blocking.
                var wait = new PollEntry { Descriptor = 1, Wanted = WritePossible };
                _ = Poll(ref wait, 1, 1000);
                break;
            case BrokenPipe:
                IsClosedByReader = true;
                break;
            default:
                throw new IOException(new Win32Exception(error).Message);
        }
    }

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint WriteFile(int descriptor, ref byte buffer, nint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Poll(ref PollEntry entries, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
