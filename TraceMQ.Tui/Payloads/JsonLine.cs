using System.Runtime.InteropServices;

namespace TraceMQ.Tui.Payloads;

/// <summary>A line of a JSON document: where its parts stand in the payload.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct JsonLine
{
    /// <summary>The member's name with its quotes; no length where there is none.</summary>
    public int NameStart,
        NameLength;

    /// <summary>The value or bracket.</summary>
    public int ValueStart,
        ValueLength;

    /// <summary>The line that closes what this one opens; itself where it opens nothing.</summary>
    public int End;

    /// <summary>From 0.</summary>
    public ushort Depth;

    /// <summary>What the value is.</summary>
    public JsonLineKind Kind;

    /// <summary>Another value follows.</summary>
    public bool HasComma;
}
