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
        if (topic.Length > 0 && transport.Topics.Validate(topic) is { } problem)
            throw CliException.Usage($"-t {topic}: {problem}");
    }

    /// <summary>The target, which refuses a topic where there are none, and none where one is needed, once its profile is known.</summary>
    public static Target Sending(Target target, string topic) =>
        target.With(profile =>
            (target.Transport.PublishTopic(profile), topic.Length > 0) switch
            {
                (TopicUse.Required, false) => throw Wrong(
                    $"Name the {target.Transport.Topics.Term} to send to with -t."
                ),
                (TopicUse.None, true) => throw Wrong(
                    $"{target.Transport.Protocol} has no {target.Transport.Topics.Term}s here: leave -t out."
                ),
                _ => profile,
            }
        );

    private static TransportException Wrong(string sentence) => new(FailureKind.Configuration, sentence);
}
