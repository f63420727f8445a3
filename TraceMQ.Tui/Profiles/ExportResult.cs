namespace TraceMQ.Tui.Profiles;

/// <summary>A text to share.</summary>
/// <param name="Toml">Profiles without secrets.</param>
/// <param name="LeftOut">What it leaves out, a line each.</param>
internal sealed record ExportResult(string Toml, IReadOnlyList<string> LeftOut);
