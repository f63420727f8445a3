using TraceMQ.Tests.Doubles;
using TraceMQ.Tests.Screens;
using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Screens.ConnectionCard;
using TraceMQ.Tui.Screens.Forms;
using TraceMQ.Tui.Screens.Messages;
using TraceMQ.Tui.Screens.ProfileForm;
using TraceMQ.Tui.Screens.Publish;
using TraceMQ.Tui.Screens.Subscribe;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tests.Core;

public sealed class TopicUseTests
{
    [Fact]
    public void Where_there_are_no_topics_the_dialog_asks_for_none()
    {
        var desk = Desk(new FakeTransport { Publishing = TopicUse.None });
        var source = desk.Connect("one");
        desk.Do("publish");
        Assert.Equal("", Form(desk).TextOf(PublishState.TopicKey));
        Assert.DoesNotContain(Form(desk).Fields, field => field.Key == PublishState.TopicKey);
        desk.Take(new FieldTyped(PublishState.PayloadKey, "x"));
        desk.Take(new FormSubmitted());

        var sent = desk.Only<Effect.Publish>();
        Assert.Equal((source, ""), (sent.Source, sent.Message.Topic));
    }

    [Fact]
    public void Where_a_topic_is_optional_none_has_to_be_given()
    {
        var desk = Desk(new FakeTransport { Publishing = TopicUse.Optional });
        desk.Connect("one");
        desk.Do("publish");
        Assert.Equal("optional", Form(desk).Fields.Find(field => field.Key == PublishState.TopicKey)!.Placeholder);
        desk.Take(new FieldTyped(PublishState.PayloadKey, "x"));
        desk.Take(new FormSubmitted());

        Assert.Equal("", desk.Only<Effect.Publish>().Message.Topic);
    }

    [Theory]
    [InlineData("publish", PublishState.TopicKey)]
    [InlineData("subscribe", SubscribeState.TopicKey)]
    public void What_is_selected_in_the_topics_is_what_a_dialog_begins_with(string command, string field)
    {
        var desk = Desk(new FakeTransport());
        var source = desk.Connect("one");
        desk.Take(new AppEvent.TopicRowSelected(new TopicBranch(source, "lamp/hall")));
        desk.Do("topics");
        desk.Do(command);

        Assert.Equal("lamp/hall", Assert.IsAssignableFrom<Form>(desk.State.Top).TextOf(field));
    }

    [Fact]
    public void Where_a_topic_is_optional_none_subscribes_to_all()
    {
        var desk = Desk(new FakeTransport { Subscribing = TopicUse.Optional });
        desk.Connect("one");
        desk.Do("subscribe");
        desk.Take(new FormSubmitted());

        Assert.Equal("", desk.Only<Effect.Subscribe>().Subscription.Topic);
    }

    [Fact]
    public void A_connection_that_cannot_subscribe_or_be_looked_through_says_so()
    {
        var desk = Desk(new FakeTransport());
        desk.Connect("one", Capabilities.Publish);

        desk.Do("subscribe");
        Assert.Contains("nothing to subscribe to", desk.Said, StringComparison.Ordinal);
        desk.Do("browse");
        Assert.Equal("one has nothing to look through", desk.Said);
        desk.Do("wire");
        Assert.Equal("one shows no packets", desk.Said);
        Assert.Null(desk.State.Top);
    }

    [Fact]
    public void The_packets_of_a_connection_that_is_not_up_can_be_looked_at()
    {
        var desk = Desk(new FakeTransport());
        var source = desk.Connect("one");
        desk.Report(
            source,
            new SessionEvent.Waiting(new TransportException(FailureKind.Tls, "no."), TimeSpan.FromSeconds(1))
        );

        desk.Do("wire");

        Assert.Equal(source, desk.Only<Effect.ReadWire>().Source);
    }

    [Fact]
    public void The_form_of_a_profile_shows_what_its_mode_has()
    {
        var desk = Desk(new FakeTransport { HasReply = true });
        desk.Do("new-profile");
        Assert.DoesNotContain(Profile(desk).Fields, field => field.Key == ServerSettings.Reply.Key);

        desk.Take(new FieldTyped(CommonSettings.Mode.Key, "server"));
        Assert.Contains(Profile(desk).Fields, field => field.Key == ServerSettings.Reply.Key);

        desk.Take(new FieldTyped(ServerSettings.Reply.Key, "echo"));
        desk.Take(new FieldTyped(CommonSettings.Mode.Key, "client"));
        Assert.Contains(Profile(desk).Fields, field => field.Key == ServerSettings.Reply.Key);
    }

    [Fact]
    public void A_header_with_a_comma_goes_round_and_stays_when_the_connection_changes()
    {
        var desk = Desk(new FakeTransport());
        var source = desk.Connect("one");
        desk.Take(
            new ResendRead(
                source,
                new OutgoingMessage { Topic = "a", Headers = [new Header("list", @"a, b\c"), new Header("x", "1")] }
            )
        );

        desk.Take(new FormSubmitted());

        Assert.Equal(
            [new Header("list", @"a, b\c"), new Header("x", "1")],
            desk.Only<Effect.Publish>().Message.Headers
        );
    }

    [Fact]
    public void Leaving_the_dialog_ends_the_wait_for_replies()
    {
        var desk = Desk(new FakeTransport());
        desk.Connect("one", Capabilities.Publish | Capabilities.Request);
        desk.Do("publish");
        desk.Take(new FieldTyped(PublishState.TopicKey, "a"));
        desk.Take(new FieldTyped(PublishState.RepliesKey, "3"));
        desk.Do("request");
        var request = desk.Only<Effect.Request>();
        Assert.Equal(3, request.Options.MaximumResponses);

        desk.Press("Esc");

        Assert.Equal(request.Ticket, desk.Only<Effect.Cancel>().Ticket);
    }

    [Fact]
    public void The_card_keeps_what_a_connection_had_to_say_and_its_facts_follow()
    {
        var desk = Desk(new FakeTransport());
        var source = desk.Connect("one");
        for (var i = 0; i <= Connection.MaximumNotices; i++)
            desk.Report(source, new SessionEvent.Noticed(new Notice(NoticeLevel.Warning, $"notice {i}.")));
        desk.Do("connection");
        Assert.Contains("notice 100.", Card(desk), StringComparison.Ordinal);
        Assert.DoesNotContain("notice 0.", Card(desk), StringComparison.Ordinal);

        desk.Effects.Clear();
        desk.Pass(1);
        Assert.Equal(source, desk.Only<Effect.ReadFacts>().Source);
        desk.Take(new FactsRead(source, [new Fact("server", "another")]));
        desk.Pass(1);

        Assert.Contains("another", Card(desk), StringComparison.Ordinal);
    }

    [Fact]
    public void History_that_ends_is_a_row_that_says_so()
    {
        var desk = Desk(new FakeTransport());
        var source = desk.Connect("one");
        desk.Receive(source, "a/b", "1");
        desk.Receive(
            source,
            new Message
            {
                Time = desk.Time.GetUtcNow(),
                Topic = "a/#",
                Mark = HistoryMark.CaughtUp,
            }
        );

        var picture = desk.Paint().Text;

        Assert.Contains("one a/#: end of history, live from here", picture, StringComparison.Ordinal);
        Assert.Contains("received 1 ", picture, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HistoryMark.CaughtUp, "end of history", "what comes after this row is live")]
    [InlineData(HistoryMark.Finished, "the end that was asked for", "Nothing more comes on this subscription")]
    [InlineData(HistoryMark.Broken, "ended by itself", "The connection goes on")]
    public void A_row_that_is_no_message_says_what_it_means_where_it_is_opened(
        HistoryMark mark,
        string row,
        string meaning
    )
    {
        var desk = Desk(new FakeTransport());
        var source = desk.Connect("one");
        desk.Receive(
            source,
            new Message
            {
                Time = desk.Time.GetUtcNow(),
                Topic = "a/#",
                Mark = mark,
            }
        );
        desk.Pass(1);

        var picture = desk.Paint(200, 40).Text;

        Assert.Contains(row, picture, StringComparison.Ordinal);
        Assert.Contains(meaning, picture, StringComparison.Ordinal);
        Assert.DoesNotContain("empty payload", picture, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("acme.", "acme.orders.1")]
    [InlineData("a.very.long.prefix.of.a.company.", "…orders.1")]
    public void What_a_profile_puts_before_topics_is_dim_before_those_that_had_it(string prefix, string shown)
    {
        var desk = Desk(new FakeTransport());
        var source = desk.Connect("one");
        desk.Report(
            source,
            new SessionEvent.Connected(Capabilities.Subscribe | Capabilities.Publish, []) { TopicPrefix = prefix }
        );
        foreach (var isPrefixed in new[] { true, false })
            desk.Receive(
                source,
                new Message
                {
                    Time = desk.Time.GetUtcNow(),
                    Topic = "orders.1",
                    IsPrefixed = isPrefixed,
                }
            );

        var canvas = desk.Paint(160, 40);

        var rows = canvas
            .Text.Split('\n')
            .Where(line => line.Contains("orders.1  ", StringComparison.Ordinal))
            .ToList();
        Assert.Contains($" {shown} ", rows[0], StringComparison.Ordinal);
        Assert.Contains(" orders.1 ", rows[1], StringComparison.Ordinal);
        var y = Array.IndexOf(canvas.Text.Split('\n'), rows[0]);
        Assert.Equal(Tone.Dim, canvas[rows[0].IndexOf(shown, StringComparison.Ordinal), y].Tone);
        desk.Press("p");
        Assert.Contains($"topic  {prefix[..5]}", Squeezed(desk), StringComparison.Ordinal);
        desk.Press("Escape", "s");
        Assert.Contains($"topic  {prefix[..5]}", Squeezed(desk), StringComparison.Ordinal);
    }

    [Fact]
    public void A_subscription_that_ended_by_itself_says_so_on_the_card()
    {
        var desk = Desk(new FakeTransport());
        var source = desk.Connect("one");
        var wanted = new Subscription("a/#");
        desk.Report(source, new SessionEvent.Subscribed(wanted, new SubscribeResult(IsAccepted: true, "granted")));

        desk.Report(
            source,
            new SessionEvent.Noticed(
                new Notice(NoticeLevel.Warning, "the stream was deleted", "a/#") { EndsSubscription = true }
            )
        );

        desk.Do("connection");
        Assert.Matches("a/#\\s+ended by itself", Card(desk));
    }

    [Fact]
    public void The_time_column_offers_the_sources_own_time_only_where_there_is_one()
    {
        var desk = Desk(new FakeTransport());
        desk.Connect("one");

        desk.Do("time");

        Assert.Equal(TimeColumn.Difference, desk.State.Messages.Time);
    }

    private static Desk Desk(FakeTransport transport) => new(Fakes.Profiles, transport);

    private static PublishState Form(Desk desk) => Assert.IsType<PublishState>(desk.State.Top);

    private static ProfileFormState Profile(Desk desk) => Assert.IsType<ProfileFormState>(desk.State.Top);

    private static string Squeezed(Desk desk) =>
        string.Join(
            "  ",
            desk.Paint(160, 40).Text.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        );

    private static string Card(Desk desk) =>
        string.Join('\n', Assert.IsType<ConnectionCardState>(desk.State.Top).Lines.Select(line => line.Plain));
}
