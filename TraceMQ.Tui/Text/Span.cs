namespace TraceMQ.Tui.Text;

/// <summary>A piece of text with one meaning.</summary>
/// <param name="Text">Sanitised: every untrusted text passes <see cref="SafeText"/> first.</param>
/// <param name="Tone">Its meaning.</param>
internal readonly record struct Span(string Text, Tone Tone);
