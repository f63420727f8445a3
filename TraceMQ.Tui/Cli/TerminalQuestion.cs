using System.Runtime.InteropServices;
using System.Text;

namespace TraceMQ.Tui.Cli;

/// <summary>Asks on the controlling terminal, whatever stdin and stdout are, and hides what is typed where it is secret.</summary>
internal static partial class TerminalQuestion
{
    private const string Terminal = "/dev/tty";
    private const int Now = 0;

    // struct termios is 60 bytes on Linux with c_lflag at 12; the rest of the buffer is slack for other systems.
    private const int TermiosSize = 256;
    private const int LocalFlagsAt = 12;
    private const uint Echo = 8;

    /// <summary>The answer; null where there is no terminal.</summary>
    public static string? Ask(string question, bool isHidden)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            using var terminal = new FileStream(Terminal, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 1);
            terminal.Write(Encoding.UTF8.GetBytes(question));
            terminal.Flush();
            return isHidden ? WithoutEcho(terminal) : ReadLine(terminal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string WithoutEcho(FileStream terminal)
    {
        var descriptor = (int)terminal.SafeFileHandle.DangerousGetHandle();
        var before = new byte[TermiosSize];
        if (GetAttributes(descriptor, before) != 0)
            return ReadLine(terminal);
        var hidden = (byte[])before.Clone();
        var flags = MemoryMarshal.Read<uint>(hidden.AsSpan(LocalFlagsAt));
        MemoryMarshal.Write(hidden.AsSpan(LocalFlagsAt), flags & ~Echo);
        // A signal while it waits would leave the terminal silent.
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Restore);
        using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Restore);
        SetAttributes(descriptor, Now, hidden);
        try
        {
            return ReadLine(terminal);
        }
        finally
        {
            SetAttributes(descriptor, Now, before);
            terminal.WriteByte((byte)'\n');
        }

        void Restore(PosixSignalContext context)
        {
            SetAttributes(descriptor, Now, before);
            context.Cancel = false;
        }
    }

    private static string ReadLine(FileStream terminal)
    {
        var bytes = new List<byte>();
        for (var next = terminal.ReadByte(); next is >= 0 and not '\n'; next = terminal.ReadByte())
            bytes.Add((byte)next);
        return Encoding.UTF8.GetString([.. bytes]);
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetAttributes(int descriptor, [Out] byte[] attributes);

    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetAttributes(int descriptor, int when, byte[] attributes);
}
