namespace TraceMQ.Transport.Browsing;

/// <summary>What an action would do, for the user to see before it is done.</summary>
/// <param name="Node">On which node.</param>
/// <param name="Call">Which action.</param>
/// <param name="Summary">One sentence: <c>clears 12 retained messages</c>.</param>
/// <param name="Steps">Each single thing, a line each: the topics to be cleared.</param>
public sealed record ActionPlan(NodePath Node, ActionCall Call, string Summary, IReadOnlyList<string> Steps);
