namespace TraceMQ.Transport.Sessions;

/// <summary>Where a profile names topics.</summary>
/// <param name="Subscribe">In its subscriptions.</param>
/// <param name="Publish">In the messages that it sends.</param>
/// <param name="Prefix">What it puts before them.</param>
internal readonly record struct TopicUses(TopicUse Subscribe, TopicUse Publish, string Prefix);
