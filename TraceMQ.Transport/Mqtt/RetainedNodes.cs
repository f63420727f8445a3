using System.Globalization;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Transport.Mqtt;

/// <summary>How retained messages look on the Browse screen, and what can be done with them; the same for a client and a broker.</summary>
internal static class RetainedNodes
{
    private static readonly Setting<string> s_pattern = Setting.Text(
        "topic",
        "The topics to clear, with wildcards: # is all of them.",
        "#",
        text => new MqttTopics().ValidatePattern(text)
    );

    private static readonly SessionAction s_clearOne = new(
        "clear",
        "Deletes the retained message on the broker.",
        IsChange: true,
        []
    );

    private static readonly SessionAction s_clearMany = new(
        "clear",
        "Deletes retained messages on the broker.",
        IsChange: true,
        [s_pattern]
    );

    public static NodePath RootPath { get; } = new("retained");

    public static Node Root { get; } =
        new(RootPath, "collections", "retained topics", HasChildren: true, [], [s_clearMany]);

    public static Node Of(RetainedTopic item) =>
        new(
            RootPath.Child(item.Topic),
            "retained topics",
            item.Topic,
            HasChildren: false,
            [
                new Fact("topic", item.Topic),
                new Fact("size", item.Size.ToString(CultureInfo.InvariantCulture)),
                new Fact("preview", item.Preview),
            ],
            [s_clearOne],
            new Subscription(item.Topic),
            new OutgoingMessage { Topic = item.Topic }
        );

    /// <summary>The topics that a clearing of this node is about: one topic, or the pattern that was given.</summary>
    public static string PatternOf(NodePath node, ActionCall call)
    {
        var pattern = node.Keys.Length > 1 ? node.Keys[1] : call.Values.Get(s_pattern);
        return new MqttTopics().ValidatePattern(pattern) is { } problem
            ? throw new TransportException(FailureKind.Configuration, $"\"{pattern}\" cannot be cleared: {problem}.")
            : pattern;
    }

    public static ActionPlan Plan(NodePath node, ActionCall call, IReadOnlyList<RetainedTopic> items) =>
        new(
            node,
            call,
            items.Count == 0 ? "there is no retained message to clear" : $"clears {Count(items.Count)}",
            [.. items.Select(item => item.Topic)]
        );

    /// <summary>Clears the topics of a plan one after the other, up to the first that is refused.</summary>
    /// <param name="plan">What was shown to the user.</param>
    /// <param name="clear">Clears one topic; gives why it was refused, or null. Fails with a <see cref="TransportException"/>.</param>
    /// <param name="cancellationToken">Ends it between two topics.</param>
    public static async Task<ActionResult> ClearAsync(
        ActionPlan plan,
        Func<string, CancellationToken, Task<string?>> clear,
        CancellationToken cancellationToken
    )
    {
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            string? refusal;
            try
            {
                refusal = await clear(plan.Steps[i], cancellationToken).ConfigureAwait(false);
            }
            catch (TransportException exception)
            {
                refusal = exception.Message.TrimEnd('.');
            }

            if (refusal is not null)
                return new ActionResult(
                    IsDone: false,
                    $"Cleared {Count(i)}, then stopped at \"{plan.Steps[i]}\": {refusal}."
                );
        }

        return new ActionResult(IsDone: true, $"Cleared {Count(plan.Steps.Count)}.");
    }

    private static string Count(int count) => count == 1 ? "1 retained message" : $"{count} retained messages";
}
