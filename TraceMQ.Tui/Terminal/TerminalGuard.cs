using System.Runtime.InteropServices;
using System.Text;

namespace TraceMQ.Tui.Terminal;

/// <summary>
/// Gives the terminal back as it was, whatever ends the program: .NET runs nothing of ours on SIGTERM or SIGHUP unless it is registered, and
/// would leave the shell in raw mode on the alternate screen. Made before the application is started.
/// </summary>
internal sealed partial class TerminalGuard : IDisposable
{
    // Paste, mouse and keyboard protocols off; attributes, cursor shape and keypad reset; back to the main screen with a visible cursor.
    private const string Sequence =
        "\u001b[?2004l\u001b[?1003l\u001b[?1002l\u001b[?1000l\u001b[?1015l\u001b[?1006l\u001b[<u\u001b[0m\u001b[0 q\u001b[?1049l\u001b[?25h\u001b[?1l\u001b>";

    private const int ReadWrite = 2;
    private const int NoControllingTerminal = 0x100;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly byte[] _saved = new byte[256];
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly Action _requestStop;
    private readonly TimeProvider _time;
    private readonly int _terminal;
    private ITimer? _patience;
    private int _isDone;

    /// <param name="requestStop">Asks the application to end; called on a signal's thread.</param>
    /// <param name="time">The clock.</param>
    public unsafe TerminalGuard(Action requestStop, TimeProvider time)
    {
        _requestStop = requestStop;
        _time = time;
        _terminal = OpenFile("/dev/tty", ReadWrite | NoControllingTerminal);
        fixed (byte* saved = _saved)
        {
            if (_terminal >= 0 && GetAttributes(_terminal, saved) != 0)
                _terminal = -1;
        }

        Register(PosixSignal.SIGTERM, 15);
        Register(PosixSignal.SIGHUP, 1);
        Register(PosixSignal.SIGINT, 2);
        Register(PosixSignal.SIGQUIT, 3);
        AppDomain.CurrentDomain.UnhandledException += (_, _) => Restore();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Restore();
    }

    /// <summary>128 and the signal's number, once one came; 0 before.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Gives the terminal back, once.</summary>
    public unsafe void Restore()
    {
        if (_terminal < 0 || Interlocked.Exchange(ref _isDone, 1) != 0)
            return;
        var bytes = Encoding.ASCII.GetBytes(Sequence);
        fixed (byte* sequence = bytes)
            _ = WriteFile(_terminal, sequence, bytes.Length);
        fixed (byte* saved = _saved)
            _ = SetAttributes(_terminal, 0, saved);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Restore();
        foreach (var signal in _signals)
            signal.Dispose();
        _patience?.Dispose();
    }

    private void Register(PosixSignal signal, int number) =>
        _signals.Add(
            PosixSignalRegistration.Create(
                signal,
                context =>
                {
                    context.Cancel = true;
                    ExitCode = 128 + number;
                    // A thread that hangs must not keep the terminal.
                    _patience ??= _time.CreateTimer(_ => Leave(), null, s_patience, Timeout.InfiniteTimeSpan);
                    _requestStop();
                }
            )
        );

    private void Leave()
    {
        Restore();
        Environment.Exit(ExitCode);
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "write")]
    private static unsafe partial nint WriteFile(int file, byte* bytes, nint count);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "tcgetattr")]
    private static unsafe partial int GetAttributes(int file, byte* attributes);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "tcsetattr")]
    private static unsafe partial int SetAttributes(int file, int actions, byte* attributes);
}
