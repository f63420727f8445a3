namespace TraceMQ.Tests.Architecture;

/// <summary>That a type of an assembly names another one, in a signature or in code, or holds a text.</summary>
/// <param name="From">The outermost type that does, with its namespace.</param>
/// <param name="To">The type that is named, with its namespace; a text behind an apostrophe; <c>Type::Method</c> for a call.</param>
internal readonly record struct TypeUse(string From, string To);
