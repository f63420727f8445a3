using System.Text;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Forms;
using TraceMQ.Tui.Screens.Main;
using TraceMQ.Tui.Screens.Prompt;
using TraceMQ.Tui.Screens.Reading;

namespace TraceMQ.Tests.Core;

public sealed class EffectTests
{
    [Fact]
    public async Task A_message_is_published_and_the_answer_comes_back()
    {
        await using var harness = new LoopHarness();
        var session = await harness.ConnectAsync("one");
        session.OnPublish = message => new PublishResult(message.Topic == "a", "answered", TimeSpan.Zero);
        harness.Start(new Effect.Publish(0, new OutgoingMessage { Topic = "a", Payload = "x"u8.ToArray() }, 1));
        await harness.UntilAsync(state => state.Status is { Text: "a: answered", Level: StatusLevel.Good }, "accepted");
        harness.Start(new Effect.Publish(0, new OutgoingMessage { Topic = "b" }, 2));
        await harness.UntilAsync(state => state.Status is { Text: "b: answered", Level: StatusLevel.Error }, "refused");

        session.OnPublish = _ => throw new TransportException(FailureKind.Permission, "not allowed to send");
        harness.Start(new Effect.Publish(0, new OutgoingMessage { Topic = "c" }, 3));
        await harness.UntilAsync(state => state.Status?.Text == "c: not allowed to send", "failed");
        Assert.Equal(3, session.Published.Count);
    }

    [Fact]
    public async Task A_subscription_is_made_listed_and_ended()
    {
        await using var harness = new LoopHarness();
        var session = await harness.ConnectAsync("one");
        harness.Start(new Effect.Subscribe(0, new Subscription("a/#")));
        await harness.UntilAsync(state => state.Connections[0].Subscriptions.Count == 1, "subscribed");
        session.OnSubscribe = (_, _) => Task.FromResult(new SubscribeResult(false, "denied"));
        harness.Start(new Effect.Subscribe(0, new Subscription("b/#")));
        await harness.UntilAsync(state => state.Status?.Text == "one: b/#: denied", "refused");
        harness.Start(new Effect.Unsubscribe(0, new Subscription("a/#")));
        await harness.UntilAsync(
            state => state.Connections[0].Subscriptions.All(item => item.Subscription.Topic != "a/#"),
            "unsubscribed"
        );
        Assert.Equal("a/#", Assert.Single(session.Unsubscribed).Topic);
    }

    [Fact]
    public async Task Disconnecting_closes_and_connecting_again_uses_the_same_number()
    {
        await using var harness = new LoopHarness();
        var first = await harness.ConnectAsync("one");
        harness.Start(new Effect.Disconnect(0));
        await harness.UntilAsync(state => state.Connections[0].Phase == ConnectionPhase.Closed, "closed");
        Assert.Equal(1, first.Disposals);

        var second = await harness.ConnectAsync("one");
        second.Receive("a", "1");
        await harness.UntilAsync(state => state.Store.View.Count == 1, "received");
        Assert.Single(harness.State.Connections);
    }

    [Fact]
    public async Task A_refused_connection_fails_with_its_sentence()
    {
        await using var harness = new LoopHarness();
        harness.Transport.FailNext(new TransportException(FailureKind.Credentials, "wrong password"));
        harness.Post(new ConnectWanted(harness.State.Config.Find("one")!.Raw));
        await harness.UntilAsync(state => state.ConnectionOf("one")?.Phase == ConnectionPhase.Failed, "failed");
        Assert.Equal("one: wrong password", harness.State.Status!.Text);
    }

    [Fact]
    public async Task A_lost_connection_is_tried_again_by_the_clock()
    {
        await using var harness = new LoopHarness();
        var session = await harness.ConnectAsync("one");
        harness.Transport.FailNext(new TransportException(FailureKind.Refused, "refused"));
        session.Lose(FailureKind.Lost, "gone");
        await harness.UntilAsync(
            state => state.Connections[0] is { Phase: ConnectionPhase.Waiting, Reason: "refused" },
            "waiting"
        );
        harness.Start(new Effect.Retry(0));
        await harness.Transport.NextSessionAsync();
        await harness.UntilAsync(state => state.Connections[0].IsConnected, "connected again");
    }

    [Fact]
    public async Task A_prompt_is_asked_on_the_screen_and_its_answer_is_used()
    {
        await using var harness = new LoopHarness();
        harness.Post(new ConnectWanted(harness.State.Config.Find("secret")!.Raw));
        await harness.UntilAsync(state => state.Top is PromptState, "asked");
        harness.Post(new FieldTyped("answer", "pw"));
        harness.Post(new FormSubmitted());
        await harness.UntilAsync(state => state.ConnectionOf("secret") is { IsConnected: true }, "connected");
        Assert.Equal("pw", harness.Transport.LastProfile!.Values.Get(AuthSettings.Password).Reveal());
    }

    [Fact]
    public async Task Leaving_a_prompt_gives_the_connection_up()
    {
        await using var harness = new LoopHarness();
        harness.Post(new ConnectWanted(harness.State.Config.Find("secret")!.Raw));
        await harness.UntilAsync(state => state.Top is PromptState, "asked");
        harness.Post(new AppEvent.CommandChosen("leave"));
        await harness.UntilAsync(state => state.ConnectionOf("secret")?.Phase == ConnectionPhase.Failed, "given up");
        Assert.Empty(harness.Transport.Sessions);
    }

    [Fact]
    public async Task What_has_no_connection_any_more_is_said_and_not_thrown()
    {
        await using var harness = new LoopHarness();
        harness.Start(new Effect.Subscribe(3, new Subscription("a")));
        await harness.UntilAsync(
            state => state.Status?.Text.Contains("connect the profile again", StringComparison.Ordinal) == true,
            "said"
        );
        harness.Start(new Effect.ListNodes(3, null, 1));
        await harness.UntilAsync(
            state => state.Status?.Text.Contains("nothing to browse", StringComparison.Ordinal) == true,
            "said"
        );
        harness.Start(new Effect.ReadWire(3, 2));
        await harness.UntilAsync(
            state => state.Status?.Text.Contains("connect the profile again", StringComparison.Ordinal) == true,
            "said"
        );
        Assert.False(harness.Loop.Completion.IsCompleted);
    }

    [Fact]
    public async Task An_effect_that_throws_becomes_a_sentence()
    {
        await using var harness = new LoopHarness();
        harness.Terminal.OnEdit = _ => throw new NotSupportedException("the editor is broken");
        harness.Start(new Effect.EditText("x", ".txt", text => new AppEvent.Told(StatusLevel.Good, text)));
        await harness.UntilAsync(
            state =>
                state.Status is { Level: StatusLevel.Error } status
                && status.Text.Contains("the editor is broken", StringComparison.Ordinal),
            "said"
        );
        Assert.False(harness.Loop.Completion.IsCompleted);
    }

    [Fact]
    public async Task An_edited_text_comes_back()
    {
        await using var harness = new LoopHarness();
        harness.Terminal.OnEdit = text => text + " edited";
        harness.Start(new Effect.EditText("text", ".txt", text => new AppEvent.Told(StatusLevel.Good, text)));
        await harness.UntilAsync(state => state.Status?.Text == "text edited", "edited");
    }

    [Theory]
    [InlineData(200_000, 1, "")]
    [InlineData(200_001, 1, "the editor got the first 200,000 of 200,001 lines; w writes them all to a file")]
    [InlineData(3 << 10, 1023, "of 3.1 MB only the first 1 MB were kept")]
    public async Task The_editor_is_told_what_it_did_not_get(int lineCount, int length, string missing)
    {
        await using var harness = new LoopHarness();
        var edited = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        harness.Terminal.OnEdit = text =>
        {
            edited.SetResult(text);
            return text;
        };
        var line = new string('x', length);
        var id = await ReceiveAsync(harness, string.Join('\n', Enumerable.Repeat(line, lineCount)));

        harness.Start(new Effect.ViewInEditor(id));

        var text = await edited.Task.WaitAsync(Contracts.Surroundings.Patience, TimeProvider.System);
        Assert.EndsWith(missing.Length > 0 ? $"\n[{missing}]" : $"\n{line}", text, StringComparison.Ordinal);
        if (lineCount >= 200_000)
            Assert.Equal(200_000, text.Split('\n').Count(kept => kept == line));
        if (missing.Length > 0)
            await harness.UntilAsync(state => state.Status?.Text == missing, "said");
    }

    [Fact]
    public async Task A_payload_goes_through_a_command()
    {
        await using var harness = new LoopHarness();
        var id = await ReceiveAsync(harness, "b\na\n");
        harness.Start(new Effect.Pipe(id, "sort; exit 3"));
        await harness.UntilAsync(state => state.Top is ReadingState, "shown");
        var shown = (ReadingState)harness.State.Top!;
        Assert.Equal(["a", "b"], shown.Lines.Select(line => line.Plain));
        Assert.Contains("3", shown.Subtitle, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_is_written_as_it_is_and_only_to_a_new_file()
    {
        await using var harness = new LoopHarness();
        var id = await ReceiveAsync(harness, "payload");
        var path = harness.PathOf("out.bin");
        harness.Start(new Effect.WriteMessages([id], path));
        await harness.UntilAsync(
            state => state.Status?.Text.StartsWith("1 written to", StringComparison.Ordinal) == true,
            "written"
        );
        Assert.Equal("payload", await File.ReadAllTextAsync(path));
        harness.Start(new Effect.WriteMessages([id], path));
        await harness.UntilAsync(state => state.Status?.Level == StatusLevel.Error, "refused");
        Assert.Equal("payload", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Copies_are_of_the_part_that_was_asked_for()
    {
        await using var harness = new LoopHarness();
        var id = await ReceiveAsync(harness, "payload");
        harness.Start(new Effect.Copy(id, CopyWhat.Topic));
        await harness.UntilAsync(state => state.Status?.Text == "topic: copied", "copied");
        harness.Start(new Effect.Copy(id, CopyWhat.Json));
        await harness.UntilAsync(state => state.Status?.Text == "json: copied", "copied");
        Assert.Equal("copy a", harness.Terminal.Done[0]);
        Assert.StartsWith("copy {", harness.Terminal.Done[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_profile_is_saved_deleted_and_brought_back()
    {
        await using var harness = new LoopHarness();
        var raw = harness.State.Config.Find("one")!.Raw with { Name = "new" };
        harness.Start(new Effect.SaveProfile(raw, Replacing: null));
        await harness.UntilAsync(state => state.Config.Find("new") is not null, "saved");
        harness.Start(new Effect.RemoveProfile("new"));
        await harness.UntilAsync(state => state.Config.Find("new") is null, "deleted");
        harness.Start(new Effect.RestoreProfile());
        await harness.UntilAsync(state => state.Config.Find("new") is not null, "restored");
    }

    [Fact]
    public async Task Imported_profiles_are_all_saved()
    {
        await using var harness = new LoopHarness();
        harness.Post(new AppEvent.CommandChosen("import-profiles"));
        harness.Post(
            new FieldTyped(
                "text",
                "[profiles.x]\nprotocol = \"fake\"\nurl = \"fake://h:1\"\n\n[profiles.y]\nprotocol = \"fake\"\nurl = \"fake://h:2\"\n\n[profiles.z]\nprotocol = \"fake\"\nurl = \"fake://h:3\"\n"
            )
        );
        harness.Post(new FormSubmitted());
        harness.Post(new FormSubmitted());
        await harness.UntilAsync(
            state => new[] { "x", "y", "z" }.All(name => state.Config.Find(name) is not null),
            "saved"
        );
    }

    [Fact]
    public async Task A_filter_searches_what_is_kept_and_what_comes()
    {
        await using var harness = new LoopHarness();
        var session = await harness.ConnectAsync("one");
        for (var i = 0; i < 3000; i++)
            session.Receive("a", i % 3 == 0 ? "kiln" : "hall");
        await harness.UntilAsync(state => state.Store.View.Count == 3000, "received");
        harness.Post(new AppEvent.FilterTyped("hall"));
        harness.Post(new AppEvent.FilterTyped("kiln"));
        await harness.UntilAsync(
            state => state.Store.Rows is Tui.Messages.HitView { IsComplete: true, Count: 1000 },
            "searched"
        );
        session.Receive("a", "kiln");
        await harness.UntilAsync(state => state.Store.Rows.Count == 1001, "a new hit");
    }

    [Fact]
    public async Task What_the_terminal_does_is_done()
    {
        await using var harness = new LoopHarness();
        harness.Post(new AppEvent.CommandChosen("redraw"));
        harness.Post(new AppEvent.CommandChosen("mouse"));
        harness.Post(new AppEvent.CommandChosen("quit"));
        await harness.UntilAsync(
            _ =>
            {
                lock (harness.Terminal.Done)
                    return harness.Terminal.Done.Count == 3;
            },
            "done"
        );
        Assert.Equal(["mouse off", "redraw", "stop"], harness.Terminal.Done.Order(StringComparer.Ordinal));
    }

    private static async Task<long> ReceiveAsync(LoopHarness harness, string payload)
    {
        var session = await harness.ConnectAsync("one");
        session.Receive("a", Encoding.UTF8.GetBytes(payload));
        await harness.UntilAsync(state => state.Store.View.Count == 1, "received");
        return harness.State.Store.View.IdAt(0);
    }
}
