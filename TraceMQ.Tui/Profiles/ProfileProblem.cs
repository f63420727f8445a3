using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Profiles;

/// <summary>Something wrong in a configuration file.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 units.</param>
/// <param name="Key">The dotted key that it is about; empty for a syntax error.</param>
/// <param name="Sentence">What is wrong and what would be right.</param>
internal sealed record ProfileProblem(string File, int Line, int Column, string Key, string Sentence)
{
    /// <summary><c>FILE:LINE:COLUMN: KEY: sentence</c>, harmless for a terminal.</summary>
    public override string ToString() =>
        SafeText.Line(
            Key.Length == 0 ? $"{File}:{Line}:{Column}: {Sentence}" : $"{File}:{Line}:{Column}: {Key}: {Sentence}"
        );
}
