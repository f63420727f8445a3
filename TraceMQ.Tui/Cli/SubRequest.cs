using TraceMQ.Transport;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tui.Cli;

/// <summary>What <c>tracemq sub</c> was asked for.</summary>
internal sealed record SubRequest
{
    /// <summary>Where from.</summary>
    public required Target Target { get; init; }

    /// <summary>What; empty for the profile's own list.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>Ends after as many messages; null: never.</summary>
    public long? Count { get; init; }

    /// <summary>Ends when every subscription has come to the end that was asked for.</summary>
    public bool EndsWithHistory { get; init; }

    /// <summary>Ends after this time; null: never.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>True where a connection lost later is tried again.</summary>
    public bool Retries { get; init; } = true;

    /// <summary>How messages are written.</summary>
    public required MessageFormat Format { get; init; }

    /// <summary>Which messages are written; null: all.</summary>
    public Func<Message, bool>? Filter { get; init; }

    /// <summary>The profile with what this command receives.</summary>
    /// <exception cref="TransportException">There is nothing to receive.</exception>
    public Profile Apply(Profile profile)
    {
        var given = Target.Settings.Subscribe;
        var subscriptions = Topics
            .Select(topic => new Subscription(topic, given))
            .DistinctBy(item => item.Topic)
            .ToList();
        if (Topics.Count == 0)
            subscriptions = [.. profile.Subscriptions.Select(Overridden)];
        var use = Target.Transport.SubscribeTopic(profile);
        if (use == TopicUse.None && profile.Mode == ProfileMode.Client && subscriptions.Count > 0)
        {
            throw new TransportException(
                FailureKind.Configuration,
                $"{Target.Transport.Protocol} has no {Target.Transport.Topics.Term}s to choose from: leave -t out to receive all that comes."
            );
        }

        // A setting of subscriptions counts for the one that takes everything too.
        if (subscriptions.Count == 0 && use == TopicUse.Optional)
            subscriptions = [new Subscription("", given)];
        if (subscriptions.Count == 0 && use == TopicUse.Required)
        {
            throw new TransportException(
                FailureKind.Configuration,
                $"There is nothing to receive: name a {Target.Transport.Topics.Term} with -t, or give the profile a subscribe list."
            );
        }

        return profile with
        {
            Subscriptions = subscriptions,
        };
    }

    private Subscription Overridden(Subscription subscription)
    {
        var options = subscription.Options;
        foreach (var setting in Target.Transport.SubscribeSettings)
        {
            if (Target.Settings.Subscribe.Find(setting) is { } value)
                options = options.WithObject(setting, value);
        }

        return subscription with
        {
            Options = options,
        };
    }
}
