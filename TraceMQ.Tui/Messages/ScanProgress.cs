using System.Runtime.InteropServices;

namespace TraceMQ.Tui.Messages;

/// <summary>How far a search of the kept messages is.</summary>
/// <param name="Searched">Messages searched so far.</param>
/// <param name="Total">Messages to search.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ScanProgress(long Searched, long Total);
