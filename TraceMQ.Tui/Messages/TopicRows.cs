namespace TraceMQ.Tui.Messages;

/// <summary>The visible part of the topics.</summary>
/// <param name="Count">All rows.</param>
/// <param name="First">Which of them is the first here.</param>
/// <param name="Rows">Those that were asked for.</param>
internal sealed record TopicRows(int Count, int First, IReadOnlyList<TopicRow> Rows);
