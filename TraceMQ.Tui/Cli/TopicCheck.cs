using TraceMQ.Transport;

namespace TraceMQ.Tui.Cli;

/// <summary>Finds topics that cannot work before anything is connected.</summary>
internal static class TopicCheck
{
    /// <exception cref="CliException">Some cannot be subscribed to; all of them are named.</exception>
    public static void Patterns(ITransport transport, IReadOnlyList<string> topics)
    {
        var problems = topics
            .Select(topic => transport.Topics.ValidatePattern(topic) is { } problem ? $"-t {topic}: {problem}" : null)
            .OfType<string>()
            .ToList();
        if (problems.Count > 0)
            throw CliException.Usage(problems);
    }

    /// <exception cref="CliException">It cannot be sent to.</exception>
    public static void Topic(ITransport transport, string topic)
    {
        if (transport.Topics.Validate(topic) is { } problem)
            throw CliException.Usage(
                topic.Length == 0 ? $"Name the {transport.Topics.Term} to send to with -t." : $"-t {topic}: {problem}"
            );
    }
}
