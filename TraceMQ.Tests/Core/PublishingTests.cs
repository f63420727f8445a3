using System.Text;
using TraceMQ.Tests.Doubles;
using TraceMQ.Tests.Screens;
using TraceMQ.Transport;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Confirm;
using TraceMQ.Tui.Screens.Forms;
using TraceMQ.Tui.Screens.Publish;

namespace TraceMQ.Tests.Core;

public sealed class PublishingTests
{
    private readonly Desk _desk = new(Fakes.Profiles);

    [Fact]
    public void What_was_typed_is_sent_and_the_answer_is_shown()
    {
        var source = _desk.Connect("one");
        Fill("a/b", "hello");

        var sent = _desk.Only<Effect.Publish>();
        Assert.Equal((source, "a/b", "hello"), (sent.Source, sent.Message.Topic, Text(sent.Message.Payload)));
        _desk.Take(Answer(sent.Ticket, new PublishResult(false, "nobody listens", TimeSpan.Zero)));
        Assert.Contains("nobody listens", Form().Answer!.Text, StringComparison.Ordinal);
        Assert.Equal(StatusLevel.Error, Form().Answer!.Level);
    }

    [Fact]
    public void An_answer_to_an_older_message_is_not_shown_as_that_of_the_newer()
    {
        _desk.Connect("one");
        Fill("a", "1");
        var first = _desk.Only<Effect.Publish>();
        _desk.Take(new FormSubmitted());
        _desk.Take(Answer(first.Ticket, new PublishResult(true, "first", TimeSpan.Zero)));
        Assert.Equal("sending…", Form().Answer!.Text);
    }

    [Fact]
    public void An_answer_after_the_dialog_was_closed_is_said_in_the_status()
    {
        _desk.Connect("one");
        Fill("a", "1");
        var sent = _desk.Only<Effect.Publish>();
        _desk.Press("Esc");
        Assert.Null(_desk.State.Top);
        _desk.Take(Answer(sent.Ticket, new PublishResult(true, "sent", TimeSpan.Zero)));
        Assert.Equal("a: sent", _desk.Said);
    }

    [Fact]
    public void A_wrong_topic_is_refused_in_the_dialog()
    {
        _desk.Connect("one");
        Fill("a/#", "1");
        Assert.DoesNotContain(_desk.Effects, effect => effect is Effect.Publish);
        Assert.Contains("wildcard", Form().Answer!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_read_only_profile_and_a_read_only_program_refuse_to_publish()
    {
        _desk.Connect("two");
        _desk.Do("publish");
        Assert.Null(_desk.State.Top);
        Assert.Contains("read-only", _desk.Said, StringComparison.Ordinal);

        var other = new Desk(Fakes.Profiles);
        other.State = other.State with { IsReadOnly = true };
        other.Connect("one");
        Assert.True(other.Effects.OfType<Effect.Connect>().Single().IsReadOnly);
        other.Do("publish");
        Assert.Null(other.State.Top);
        other.Do("resend");
        Assert.Null(other.State.Top);
    }

    [Fact]
    public void A_production_profile_asks_for_its_name_and_sends_nothing_before()
    {
        _desk.Connect("live");
        Fill("a", "1");
        var confirm = Assert.IsType<ConfirmState>(_desk.State.Top);
        Assert.Equal("live", confirm.Name);
        Assert.DoesNotContain(_desk.Effects, effect => effect is Effect.Publish);

        _desk.Take(new FieldTyped("name", "lively"));
        _desk.Take(new FormSubmitted());
        Assert.DoesNotContain(_desk.Effects, effect => effect is Effect.Publish);
        Assert.Equal(StatusLevel.Error, ((Form)_desk.State.Top!).Answer!.Level);

        _desk.Take(new FieldTyped("name", "live"));
        _desk.Take(new FormSubmitted());
        _desk.Only<Effect.Publish>();
        Assert.IsType<PublishState>(_desk.State.Top);
    }

    [Fact]
    public void Leaving_the_question_sends_nothing_and_claims_nothing()
    {
        _desk.Connect("live");
        Fill("a", new string('x', 60));
        _desk.Press("Esc");
        Assert.Null(Form().Answer);
        Assert.DoesNotContain(_desk.Effects, effect => effect is Effect.Publish);
        _desk.Press("Esc");
        Assert.IsType<DiscardState>(_desk.State.Top);
    }

    [Fact]
    public void A_message_is_sent_again_with_its_bytes_headers_and_options()
    {
        var source = _desk.Connect("one");
        byte[] binary = [0xFF, 0x00, 0xFE];
        _desk.Receive(
            source,
            new Message
            {
                Time = _desk.Time.GetUtcNow(),
                Topic = "bin",
                Payload = binary,
                Headers = [new Header("site", "north")],
                Details = new MessageDetails(new Detail(FakeTransport.QosField, DetailValue.Of(2))),
            }
        );
        _desk.Do("resend");
        _desk.Take(new FormSubmitted());

        var sent = _desk.Only<Effect.Publish>().Message;
        Assert.Equal(binary, sent.Payload.ToArray());
        Assert.Equal(new Header("site", "north"), Assert.Single(sent.Headers));
        Assert.Equal(2, sent.Options.Get(FakeTransport.Qos));
    }

    [Fact]
    public void Another_connection_keeps_what_was_typed()
    {
        _desk.Connect("one");
        _desk.Connect("live");
        _desk.Do("publish");
        _desk.Take(new FieldTyped(PublishState.TopicKey, "a"));
        _desk.Take(new FieldTyped(PublishState.PayloadKey, "text"));
        var other = Form().TextOf(PublishState.ConnectionKey) == "one" ? "live" : "one";
        _desk.Take(new FieldTyped(PublishState.ConnectionKey, other));
        Assert.Equal(("a", "text"), (Form().TextOf(PublishState.TopicKey), Form().TextOf(PublishState.PayloadKey)));
        Assert.Equal(other, _desk.State.Connections[Form().Source].Name);
    }

    [Fact]
    public void A_connection_that_was_lost_meanwhile_is_said()
    {
        var source = _desk.Connect("one");
        _desk.Do("publish");
        _desk.Take(new FieldTyped(PublishState.TopicKey, "a"));
        _desk.Report(source, new Transport.Sessions.SessionEvent.Ended(null));
        _desk.Take(new FormSubmitted());
        Assert.Contains("not connected", Form().Answer!.Text, StringComparison.Ordinal);
    }

    private PublishState Form() => _desk.State.Find<PublishState>()!;

    private void Fill(string topic, string payload)
    {
        _desk.Do("publish");
        _desk.Take(new FieldTyped(PublishState.TopicKey, topic));
        _desk.Take(new FieldTyped(PublishState.PayloadKey, payload));
        _desk.Take(new FormSubmitted());
    }

    private PublishAnswered Answer(long ticket, PublishResult result) => new(ticket, "a", result, _desk.State.Now);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
