using System.Runtime.InteropServices;

namespace TraceMQ.Tui.Terminal;

/// <summary>Signals to ourselves.</summary>
internal static partial class ProcessSignals
{
    private static readonly int s_stop = OperatingSystem.IsMacOS() ? 18 : 20;

    /// <summary>Stops the program as Ctrl+Z in a shell does; returns when it is continued.</summary>
    public static void Stop() => _ = Kill(Environment.ProcessId, s_stop);

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
