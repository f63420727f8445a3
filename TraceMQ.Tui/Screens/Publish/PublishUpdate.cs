using System.Collections.Immutable;
using System.Text;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Confirm;
using TraceMQ.Tui.Screens.Forms;
using TraceMQ.Tui.Screens.Main;
using TraceMQ.Tui.Screens.Topics;

namespace TraceMQ.Tui.Screens.Publish;

/// <summary>Sending messages from the screen.</summary>
internal static class PublishUpdate
{
    /// <summary>Why nothing can be sent.</summary>
    public static string? WhyNot(AppState state)
    {
        if (!Connections.That(state, Capabilities.Publish).Any())
            return "nothing is connected that could send; connect a profile first (1, then Enter)";
        return Writable(state).Any() ? null : "every connection is read-only; edit read_only in the profile to send";
    }

    /// <summary>Opens the dialog, with the topic that is selected, be it in the topics or that of a message.</summary>
    public static Transition Open(AppState state)
    {
        if (
            TopicsUpdate.Meant(state) is { } branch
            && Target(state, branch.Source) is var own
            && own.Source == branch.Source
        )
            return state.Open(Make(state, own, branch.Path!, "", SettingValues.Empty, []));
        var connection = Target(state, preferred: null);
        var topic =
            state.Opened is { } opened && opened.Stored.Source == connection.Source ? opened.Stored.Message.Topic : "";
        return state.Open(Make(state, connection, topic, "", SettingValues.Empty, []));
    }

    /// <summary>Opens the dialog with a message that was read back.</summary>
    public static AppState OpenFor(AppState state, int source, OutgoingMessage message)
    {
        var connection = Target(state, source);
        var isText = System.Text.Unicode.Utf8.IsValid(message.Payload.Span);
        var text = isText ? Encoding.UTF8.GetString(message.Payload.Span) : "";
        var isSame = connection.Source == source;
        var form = Make(
            state,
            connection,
            message.Topic,
            text,
            isSame ? message.Options : SettingValues.Empty,
            message.Headers
        );
        return state.Open(
            isText
                ? form
                : form with
                {
                    Original = message.Payload,
                    Notes =
                    [
                        $"The payload is binary, {message.Payload.Length} B: it is sent as it was, unless you type another.",
                    ],
                }
        );
    }

    /// <summary>Sends, after asking where the system is a production one.</summary>
    public static Transition Submit(AppState state, PublishState form) => Send(state, form, isRequest: false);

    /// <summary>Sends a request and waits for the reply.</summary>
    public static Transition Request(AppState state, PublishState form) =>
        form.FirstProblem() is { } problem
            ? state.ReplaceTop(form.Answered(StatusLevel.Error, problem))
            : Send(state, form, isRequest: true);

    /// <summary>Why no request can be sent; null where one can.</summary>
    public static string? WhyNoRequest(AppState state) =>
        state.Top is not PublishState form ? "only a message can be sent"
        : state.Connections[form.Source].Capabilities.HasFlag(Capabilities.Request) ? null
        : "this connection has no requests that are answered";

    private static Transition Send(AppState state, PublishState form, bool isRequest)
    {
        var connection = state.Connections[form.Source];
        if (!connection.IsConnected)
            return state.ReplaceTop(
                form.Answered(
                    StatusLevel.Error,
                    $"{connection.Name} is not connected now; choose another connection or wait"
                )
            );
        var topic = form.TextOf(PublishState.TopicKey);
        if (WrongTopic(connection, topic) is { } problem)
            return state.ReplaceTop(form.Answered(StatusLevel.Error, problem));
        if (Headers(form, out var headers) is { } wrong)
            return state.ReplaceTop(form.Answered(StatusLevel.Error, wrong));
        var ticket = state.Generation + 1;
        var text = form.TextOf(PublishState.PayloadKey);
        var message = new OutgoingMessage
        {
            Topic = topic,
            Payload = text.Length == 0 && form.Original is { } original ? original : Encoding.UTF8.GetBytes(text),
            Headers = headers,
            Options = form.Values().Without(s_wait).Without(s_replies),
        };
        var waiting = new RequestOptions(form.Values().Get(s_wait), (int)form.Values().Get(s_replies));
        var asked = form with { Ticket = ticket, IsWaiting = isRequest, Answer = null };
        var next = state with { Generation = ticket };
        Effect send = isRequest
            ? new Effect.Request(form.Source, message, waiting, ticket)
            : new Effect.Publish(form.Source, message, ticket);
        return connection.IsProduction
            ? ConfirmUpdate.AskName(
                next.ReplaceTop(asked),
                connection.Name,
                topic.Length == 0 ? "publish" : $"publish to {topic}",
                [send]
            )
            : new Transition(
                next.ReplaceTop(
                    asked.Answered(StatusLevel.Information, isRequest ? "waiting for the reply…" : "sending…")
                ),
                [send]
            );
    }

    private static string? WrongTopic(Connection connection, string topic) =>
        topic.Length == 0 && connection.PublishTopic != TopicUse.Required
            ? null
            : connection.Transport.Topics.Validate(topic);

    /// <summary>Another connection has other settings; what was typed stays.</summary>
    public static Form Changed(AppState state, PublishState form, string key)
    {
        if (key != PublishState.ConnectionKey)
            return form;
        var chosen = Writable(state)
            .FirstOrDefault(connection => connection.Name == form.TextOf(PublishState.ConnectionKey));
        if (chosen is null || chosen.Source == form.Source)
            return form;
        var next = Make(
            state,
            chosen,
            form.TextOf(PublishState.TopicKey),
            form.TextOf(PublishState.PayloadKey),
            SettingValues.Empty,
            []
        );
        next = (PublishState)next.WithText(PublishState.HeadersKey, form.TextOf(PublishState.HeadersKey));
        return next with
        {
            FocusedField = form.FocusedField,
            IsChanged = true,
            Original = form.Original,
            Notes = form.Notes,
        };
    }

    private static PublishState Make(
        AppState state,
        Connection connection,
        string topic,
        string payload,
        SettingValues options,
        IReadOnlyList<Header> headers
    )
    {
        var fields = ImmutableList.CreateBuilder<Field>();
        var names = Writable(state).Select(candidate => candidate.Name).ToArray();
        if (names.Length > 1)
        {
            fields.Add(
                new Field
                {
                    Key = PublishState.ConnectionKey,
                    Label = "connection",
                    Kind = FieldKind.Choice,
                    Text = connection.Name,
                    Choices = names,
                    Help = "Which connection sends it.",
                }
            );
        }

        if (connection.PublishTopic != TopicUse.None)
        {
            fields.Add(
                new Field
                {
                    Key = PublishState.TopicKey,
                    Label = connection.Transport.Topics.Term,
                    Text = topic,
                    Before = connection.PrefixOf,
                    Help = "Where to. Typing offers the topics that were seen; Right takes the first.",
                    Placeholder = connection.PublishTopic == TopicUse.Optional ? "optional" : "",
                }
            );
        }

        fields.Add(
            new Field
            {
                Key = PublishState.PayloadKey,
                Label = "payload",
                Kind = FieldKind.Text,
                Text = payload,
                Help = "Ctrl+O opens $EDITOR",
            }
        );
        foreach (var setting in connection.Transport.PublishSettings)
            fields.Add(Field.Of(setting, options.Find(setting) is { } value ? setting.Format(value) : ""));
        if (connection.Capabilities.HasFlag(Capabilities.Headers))
        {
            fields.Add(
                new Field
                {
                    Key = PublishState.HeadersKey,
                    Label = "headers",
                    Text = s_headers.Format(headers),
                    Help = @"name=value, separated by commas; \, is a comma in a value.",
                    Placeholder = "name=value, …",
                }
            );
        }

        if (connection.Capabilities.HasFlag(Capabilities.Request))
        {
            fields.Add(Field.Of(s_wait, ""));
            fields.Add(Field.Of(s_replies, ""));
        }

        return new PublishState
        {
            Title = $"Publish to {connection.Name}",
            Subtitle = connection.Facts.Count > 0 ? connection.Facts[0].Value : connection.Transport.Protocol,
            Source = connection.Source,
            Fields = fields.ToImmutable(),
            FocusedField = names.Length > 1 ? 1 : 0,
        };
    }

    private static string? Headers(Form form, out IReadOnlyList<Header> headers)
    {
        headers = [];
        var text = form.TextOf(PublishState.HeadersKey);
        if (text.Length == 0)
            return null;
        if (!s_headers.TryParse(new RawValue.Text(text, IsUntyped: true), out var value, out var problem))
            return $"headers: {problem}";
        headers = (IReadOnlyList<Header>)value;
        return null;
    }

    private static readonly Setting<TimeSpan> s_wait = Setting.Duration(
        PublishState.WaitKey,
        "How long a request waits for its reply; Ctrl+R sends one.",
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMilliseconds(10),
        TimeSpan.FromHours(1)
    );

    private static readonly Setting<long> s_replies = Setting.Number(
        PublishState.RepliesKey,
        "How many replies a request waits for.",
        1,
        1,
        100_000
    );

    private static readonly Setting<IReadOnlyList<Header>> s_headers = Setting.Map("headers", "Names with values.");

    private static IEnumerable<Connection> Writable(AppState state) =>
        Connections.That(state, Capabilities.Publish).Where(connection => !connection.IsReadOnly);

    private static Connection Target(AppState state, int? preferred)
    {
        var writable = Writable(state).ToArray();
        var wanted = preferred ?? Connections.Current(state, Capabilities.Publish)?.Source;
        return writable.FirstOrDefault(connection => connection.Source == wanted) ?? writable[0];
    }
}
