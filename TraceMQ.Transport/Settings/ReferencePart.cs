namespace TraceMQ.Transport.Settings;

/// <summary>A literal part of a text, or a reference in it.</summary>
/// <param name="Kind">Where it comes from.</param>
/// <param name="Text">The literal, or the name, path or command.</param>
public readonly record struct ReferencePart(ReferenceKind Kind, string Text);
