using TraceMQ.Tests.Doubles;
using TraceMQ.Tests.Screens;
using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Main;
using TraceMQ.Tui.Screens.Prompt;

namespace TraceMQ.Tests.Core;

public sealed class ConnectingTests
{
    [Fact]
    public void Connecting_a_profile_shows_it_at_once_and_starts_it_once()
    {
        var desk = new Desk(Fakes.Profiles);

        desk.Take(new ConnectWanted(desk.State.Config.Find("one")!.Raw));
        desk.Take(new ConnectWanted(desk.State.Config.Find("one")!.Raw));

        var connect = desk.Only<Effect.Connect>();
        Assert.Equal("one", connect.Profile.Name);
        Assert.Equal(ConnectionPhase.Connecting, desk.State.Connections[connect.Source].Phase);
        Assert.Contains("already", desk.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Reports_of_a_session_become_phases_and_sentences()
    {
        var desk = new Desk(Fakes.Profiles);
        var source = desk.Connect("one");
        Assert.True(desk.State.Connections[source].IsConnected);
        Assert.Equal("one: connected", desk.Said);

        var lost = new TransportException(FailureKind.Lost, "the broker went away");
        desk.Report(source, new SessionEvent.Waiting(lost, TimeSpan.FromSeconds(7)));
        var waiting = desk.State.Connections[source];
        Assert.Equal(ConnectionPhase.Waiting, waiting.Phase);
        Assert.Equal(desk.State.Now + TimeSpan.FromSeconds(7), waiting.RetryAt);
        Assert.Equal(Capabilities.None, waiting.Capabilities);
        Assert.Equal("one: the broker went away", desk.Said);

        desk.Report(source, new SessionEvent.Connecting(2));
        Assert.Null(desk.State.Connections[source].RetryAt);

        var refused = new TransportException(FailureKind.Credentials, "wrong password");
        desk.Report(source, new SessionEvent.Ended(refused));
        Assert.Equal(ConnectionPhase.Failed, desk.State.Connections[source].Phase);
        Assert.Equal("wrong password", desk.State.Connections[source].Reason);
    }

    [Fact]
    public void A_failed_profile_connects_again_under_its_number_and_keeps_its_counts()
    {
        var desk = new Desk(Fakes.Profiles);
        var source = desk.Connect("one");
        desk.Receive(source, "a", "1");
        desk.Pass(1);
        desk.Report(source, new SessionEvent.Ended(null));

        Assert.Equal(source, desk.Connect("one"));

        Assert.Equal(1, desk.State.Connections[source].Received);
        desk.Receive(source, "a", "2");
        Assert.Equal(2, desk.State.Store.View.Count);
    }

    [Fact]
    public void Enter_on_a_waiting_profile_tries_again_at_once()
    {
        var desk = new Desk(Fakes.Profiles);
        var source = desk.Connect("one");
        var lost = new TransportException(FailureKind.Lost, "gone");
        desk.Report(source, new SessionEvent.Waiting(lost, TimeSpan.FromMinutes(1)));
        desk.Effects.Clear();

        desk.Do("connect");

        Assert.Equal(source, desk.Only<Effect.Retry>().Source);
    }

    [Fact]
    public void Enter_on_a_connected_profile_shows_only_its_messages_and_all_again()
    {
        var desk = new Desk(Fakes.Profiles);
        var one = desk.Connect("one");
        var two = desk.Connect("two");
        desk.Receive(one, "a", "1");
        desk.Receive(two, "b", "2");

        desk.Do("connect");
        Assert.Equal(two, desk.State.Messages.Scope.Source);
        Assert.Equal(1, desk.State.Store.Rows.Count);

        desk.Do("connect");
        Assert.Equal(2, desk.State.Store.Rows.Count);
    }

    [Fact]
    public void A_profile_with_problems_says_what_is_wrong_instead_of_connecting()
    {
        var desk = new Desk(Fakes.Profiles);
        desk.Take(new AppEvent.ProfileRowSelected(Tui.Screens.Profiles.ProfileRows.KeyOfProfile("broken")));

        desk.Do("connect");

        Assert.Empty(desk.Effects);
        Assert.Equal(StatusLevel.Error, desk.State.Status!.Level);
        Assert.Contains("url", desk.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Subscriptions_are_listed_with_the_answer_of_the_peer()
    {
        var desk = new Desk(Fakes.Profiles);
        var source = desk.Connect("one");
        var subscription = new Subscription("a/#");

        desk.Report(source, new SessionEvent.Subscribed(subscription, new SubscribeResult(false, "not allowed")));
        Assert.Equal(StatusLevel.Error, desk.State.Status!.Level);
        desk.Report(source, new SessionEvent.Subscribed(subscription, new SubscribeResult(true, "granted")));
        Assert.Equal("granted", Assert.Single(desk.State.Connections[source].Subscriptions).Result!.Text);

        desk.Report(source, new SessionEvent.Unsubscribed(subscription));
        Assert.Empty(desk.State.Connections[source].Subscriptions);
    }

    [Fact]
    public void A_second_shows_what_came_in_it()
    {
        var desk = new Desk(Fakes.Profiles);
        var source = desk.Connect("one");
        for (var i = 0; i < 7; i++)
            desk.Receive(source, "a", "1");

        desk.Pass(1);
        Assert.Equal((7, 7), (desk.State.Connections[source].Rate, desk.State.Connections[source].Received));
        desk.Pass(1);
        Assert.Equal((0, 7), (desk.State.Connections[source].Rate, desk.State.Connections[source].Received));
    }

    [Fact]
    public void A_question_is_answered_with_a_secret_and_leaving_it_is_an_answer_too()
    {
        var desk = new Desk(Fakes.Profiles);
        desk.Take(new PromptAsked(5, "password of one"));
        desk.Paint();
        desk.Type("s3cret");
        Assert.DoesNotContain("s3cret", desk.Paint().Text, StringComparison.Ordinal);
        desk.Press("Ctrl+G");
        var answer = desk.Only<Effect.AnswerPrompt>();
        Assert.Equal((5L, "s3cret"), (answer.Ticket, answer.Answer!.Reveal()));
        Assert.Null(desk.State.Top);

        desk.Take(new PromptAsked(6, "password of two"));
        desk.Press("Esc");
        Assert.Equal(new Effect.AnswerPrompt(6, null), desk.Only<Effect.AnswerPrompt>());
        Assert.Null(desk.State.Top);
    }

    [Fact]
    public void An_unknown_protocol_is_said()
    {
        var desk = new Desk(Fakes.Profiles);
        desk.Take(new ConnectWanted(desk.State.Config.Find("one")!.Raw with { Protocol = "pigeon" }));
        Assert.Empty(desk.Effects);
        Assert.Contains("pigeon is not in this version", desk.Said, StringComparison.Ordinal);
    }
}
