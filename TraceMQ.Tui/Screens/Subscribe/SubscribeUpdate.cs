using System.Collections.Immutable;
using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;
using TraceMQ.Tui.Screens.Main;
using TraceMQ.Tui.Screens.Topics;

namespace TraceMQ.Tui.Screens.Subscribe;

/// <summary>Subscribing and unsubscribing from the screen.</summary>
internal static class SubscribeUpdate
{
    /// <summary>Why nothing can be subscribed.</summary>
    public static string? WhyNot(AppState state) =>
        Connections.WhyNone(state, Capabilities.Subscribe, "has nothing to subscribe to: all that comes is shown");

    /// <summary>Opens the dialog, with the topic that is selected in the topics.</summary>
    public static Transition Open(AppState state)
    {
        var connection = Connections.Current(state, Capabilities.Subscribe)!;
        if (TopicsUpdate.Meant(state) is not { } branch)
            return state.Open(Make(state, connection));
        var own = Connections.That(state, Capabilities.Subscribe).FirstOrDefault(item => item.Source == branch.Source);
        return state.Open(
            own is null ? Make(state, connection) : Make(state, own).WithText(SubscribeState.TopicKey, branch.Path!)
        );
    }

    /// <summary>Subscribes, or ends the subscription.</summary>
    public static Transition Submit(AppState state, SubscribeState form)
    {
        var connection = state.Connections[form.Source];
        var topic = form.TextOf(SubscribeState.TopicKey).Trim();
        if (form.TextOf(SubscribeState.EndKey) == "true")
        {
            var existing = connection.Subscriptions.Find(item => item.Subscription.Topic == topic).Subscription;
            return existing is null
                ? state.ReplaceTop(form.Answered(StatusLevel.Error, $"{topic} is not subscribed"))
                : new Transition(state.CloseTop(), [new Effect.Unsubscribe(form.Source, existing)]);
        }

        var isAll = topic.Length == 0 && connection.SubscribeTopic == TopicUse.Optional;
        if (!isAll && connection.Transport.Topics.ValidatePattern(topic) is { } problem)
            return state.ReplaceTop(form.Answered(StatusLevel.Error, problem));
        return new Transition(
            state.CloseTop(),
            [new Effect.Subscribe(form.Source, new Subscription(topic, form.Values()))]
        );
    }

    /// <summary>Another connection has other settings and subscriptions.</summary>
    public static Form Changed(AppState state, SubscribeState form, string key)
    {
        if (key != SubscribeState.ConnectionKey)
            return form;
        var name = form.TextOf(SubscribeState.ConnectionKey);
        var chosen = Connections
            .That(state, Capabilities.Subscribe)
            .FirstOrDefault(connection => connection.Name == name);
        return chosen is null || chosen.Source == form.Source
            ? form
            : Make(state, chosen).WithText(SubscribeState.TopicKey, form.TextOf(SubscribeState.TopicKey)) with
            {
                FocusedField = form.FocusedField,
            };
    }

    private static SubscribeState Make(AppState state, Connection connection)
    {
        var fields = ImmutableList.CreateBuilder<Field>();
        var names = Connections.That(state, Capabilities.Subscribe).Select(candidate => candidate.Name).ToArray();
        if (names.Length > 1)
        {
            fields.Add(
                new Field
                {
                    Key = SubscribeState.ConnectionKey,
                    Label = "connection",
                    Kind = FieldKind.Choice,
                    Text = connection.Name,
                    Choices = names,
                }
            );
        }

        var syntax = connection.Transport.Topics;
        fields.Add(
            new Field
            {
                Key = SubscribeState.TopicKey,
                Label = syntax.Term,
                Help = syntax.Wildcards,
                Before = connection.PrefixOf,
                Placeholder = connection.SubscribeTopic == TopicUse.Optional ? syntax.Everything : "",
                Completions = [.. connection.Subscriptions.Select(item => item.Subscription.Topic)],
            }
        );
        fields.AddRange(connection.Transport.SubscribeSettings.Select(setting => Field.Of(setting, "")));
        if (connection.Subscriptions.Count > 0)
        {
            fields.Add(
                new Field
                {
                    Key = SubscribeState.EndKey,
                    Label = "end it",
                    Kind = FieldKind.Flag,
                    Text = "false",
                    Help = "Ends the subscription of this topic instead.",
                }
            );
        }

        return new SubscribeState
        {
            Title = $"Subscribe on {connection.Name}",
            Subtitle = connection.Transport.Protocol,
            Source = connection.Source,
            Fields = fields.ToImmutable(),
            FocusedField = names.Length > 1 ? 1 : 0,
            Notes =
            [
                connection.Subscriptions.Count == 0
                    ? "Nothing is subscribed yet."
                    : "Subscribed: " + string.Join(", ", connection.Subscriptions.Select(item => Words(syntax, item))),
            ],
        };
    }

    private static string Words(TopicSyntax syntax, (Subscription Subscription, SubscribeResult? Result) item) =>
        item.Result is { IsAccepted: false } refused
            ? $"{syntax.Shown(item.Subscription.Topic)} (refused: {refused.Text})"
            : syntax.Shown(item.Subscription.Topic);
}
