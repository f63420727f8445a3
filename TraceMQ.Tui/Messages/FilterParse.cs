namespace TraceMQ.Tui.Messages;

/// <summary>What became of a filter expression: a filter, or what is wrong with it.</summary>
/// <param name="Filter">Null where the expression is wrong.</param>
/// <param name="Problem">One sentence that says what to write instead.</param>
/// <param name="Position">Where in the expression the problem is.</param>
internal sealed record FilterParse(MessageFilter? Filter, string? Problem, int Position);
