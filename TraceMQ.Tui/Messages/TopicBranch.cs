using System.Runtime.InteropServices;

namespace TraceMQ.Tui.Messages;

/// <summary>A place in the topic tree that stays the same while topics come and go.</summary>
/// <param name="Source">The connection.</param>
/// <param name="Path">The levels with their separator; null for the connection itself.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TopicBranch(int Source, string? Path);
