using System.Diagnostics;

namespace TraceMQ.Transport.Settings;

/// <summary>A value that must not be seen. It never prints itself; <see cref="Reveal"/> is the only door.</summary>
[DebuggerDisplay("***")]
public sealed class Secret
{
    private readonly string _value;

    /// <param name="value">The text to guard.</param>
    public Secret(string value) => _value = value;

    /// <summary>True where there is nothing to guard.</summary>
    public bool IsEmpty => _value.Length == 0;

    /// <summary>The guarded text, for handing to the peer and nothing else.</summary>
    public string Reveal() => _value;

    /// <summary>Three asterisks, whatever it holds.</summary>
    public override string ToString() => "***";
}
