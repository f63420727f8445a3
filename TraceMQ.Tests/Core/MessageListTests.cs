using TraceMQ.Tests.Doubles;
using TraceMQ.Tests.Screens;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Inspector;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tests.Core;

public sealed class MessageListTests
{
    private readonly Desk _desk = new(Fakes.Profiles);
    private readonly int _source;

    public MessageListTests() => _source = _desk.Connect("one");

    [Fact]
    public void A_valid_filter_applies_while_it_is_typed()
    {
        Receive("kiln hot", "kiln cold", "hall");
        _desk.Do("filter");
        _desk.Take(new AppEvent.FilterTyped("kiln"));
        Assert.Equal(2, _desk.State.Store.Rows.Count);
        _desk.Take(new AppEvent.FilterTyped("kiln !cold"));
        Assert.Equal(1, _desk.State.Store.Rows.Count);

        Receive("kiln again", "hall again");
        Assert.Equal(2, _desk.State.Store.Rows.Count);
    }

    [Fact]
    public void An_invalid_filter_keeps_the_last_valid_one_and_says_what_is_wrong()
    {
        Receive("kiln", "hall");
        _desk.Do("filter");
        _desk.Take(new AppEvent.FilterTyped("kiln"));
        _desk.Take(new AppEvent.FilterTyped("kiln /(/"));

        Assert.Equal(1, _desk.State.Store.Rows.Count);
        Assert.NotEqual("", _desk.State.Messages.FilterProblem);

        _desk.Take(new AppEvent.TypingEnded(IsAccepted: true));
        Assert.Equal("", _desk.State.Messages.FilterText);
        Assert.Equal("", _desk.State.Messages.FilterProblem);
        Assert.Equal(2, _desk.State.Store.Rows.Count);
        Assert.Equal(StatusLevel.Error, _desk.State.Status!.Level);
    }

    [Fact]
    public void Esc_brings_the_filter_back_that_was_there_before()
    {
        Receive("kiln", "hall", "kiln hall");
        _desk.Do("filter");
        _desk.Take(new AppEvent.FilterTyped("kiln"));
        _desk.Take(new AppEvent.TypingEnded(IsAccepted: true));
        _desk.Do("filter");
        _desk.Take(new AppEvent.FilterTyped("kiln hall"));
        Assert.Equal(1, _desk.State.Store.Rows.Count);

        _desk.Take(new AppEvent.TypingEnded(IsAccepted: false));

        Assert.Equal("kiln", _desk.State.Messages.FilterText);
        Assert.Equal(2, _desk.State.Store.Rows.Count);
        Assert.Equal(Typing.Nothing, _desk.State.Typing);
    }

    [Fact]
    public void Ctrl_C_while_a_filter_is_typed_brings_the_rows_back_too()
    {
        Receive("kiln", "hall");
        _desk.Do("filter");
        _desk.Take(new AppEvent.FilterTyped("kiln"));

        _desk.Do("interrupt");

        Assert.Equal(2, _desk.State.Store.Rows.Count);
        Assert.Equal(Typing.Nothing, _desk.State.Typing);
    }

    [Fact]
    public void An_answer_about_an_older_scope_falls_away()
    {
        Receive("a");
        _desk.Take(new AppEvent.FilterTyped("a"));
        var before = _desk.State;
        _desk.Take(new AppEvent.ScopeScanned(before.Messages.ScopeGeneration - 1));
        Assert.Same(before, _desk.State);
        _desk.Take(new AppEvent.Found(before.Messages.FindGeneration + 1, 1));
        Assert.Same(before, _desk.State);
        _desk.Take(new AppEvent.MessageOpened(before.Inspector.Generation - 1, null));
        Assert.Same(before, _desk.State);
    }

    [Fact]
    public void Only_this_topic_without_it_and_the_latest_of_each()
    {
        foreach (var topic in new[] { "a", "a", "b", "c" })
            _desk.Receive(_source, topic, "1");
        _desk.Pass(1);

        _desk.Do("only-topic");
        Assert.Equal("c", _desk.State.Messages.Scope.Only!.Topic);
        Assert.Equal(1, _desk.State.Store.Rows.Count);
        _desk.Do("only-topic");
        Assert.Equal(4, _desk.State.Store.Rows.Count);

        _desk.Do("exclude-topic");
        Assert.Equal(3, _desk.State.Store.Rows.Count);
        _desk.Do("latest");
        Assert.Equal(2, _desk.State.Store.Rows.Count);
        _desk.Do("latest");
        Assert.Equal(3, _desk.State.Store.Rows.Count);
    }

    [Fact]
    public void Back_widens_what_is_shown_one_step_at_a_time()
    {
        foreach (var topic in new[] { "a", "a", "b" })
            _desk.Receive(_source, topic, "1");
        _desk.Pass(1);
        _desk.Do("only-topic");
        _desk.Do("latest");
        _desk.Take(new AppEvent.FilterTyped("1"));

        _desk.Do("back");
        Assert.True(_desk.State.Messages.Scope.Filter.IsEmpty);
        _desk.Do("back");
        Assert.False(_desk.State.Messages.Scope.IsLatestPerTopic);
        _desk.Do("back");
        Assert.True(_desk.State.Messages.Scope.IsAll);
        Assert.Equal(3, _desk.State.Store.Rows.Count);
        _desk.Do("back");
        Assert.Contains("quits", _desk.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void The_list_follows_until_it_is_paused_and_counts_what_is_new_then()
    {
        var ids = Receive("1", "2", "3");
        Assert.Equal(ids[2], _desk.State.Messages.SelectedId);

        _desk.Take(new AppEvent.MessageSelected(ids[1], IsFollowing: false));
        Receive("4", "5");

        Assert.Equal(ids[1], _desk.State.Messages.SelectedId);
        Assert.Equal(ids[2], _desk.State.Messages.PausedAt);
        Assert.Contains("+2 new", _desk.Paint().Text, StringComparison.Ordinal);

        _desk.Do("follow");
        Assert.DoesNotContain("new ─", _desk.Paint().Text, StringComparison.Ordinal);
        var newest = Receive("6")[0];
        Assert.Equal(newest, _desk.State.Messages.SelectedId);
    }

    [Fact]
    public void The_inspector_follows_at_most_a_few_times_a_second_and_then_catches_up()
    {
        Receive("1", "2", "3");
        Assert.Single(_desk.Effects.OfType<Effect.OpenMessage>());

        _desk.Pass(1);

        Assert.Equal(_desk.State.Messages.SelectedId, _desk.State.Inspector.Opened!.Stored.Id);
    }

    [Fact]
    public void A_message_that_cannot_be_read_does_not_stop_the_inspector()
    {
        _desk.IsOpeningAtOnce = false;
        var id = Receive("never answered")[0];
        Assert.True(_desk.State.Inspector.IsOpening);
        _desk.IsOpeningAtOnce = true;

        _desk.Pass(1);
        Assert.Null(_desk.State.Inspector.Opened);
        _desk.Pass(5);

        Assert.Equal(id, _desk.State.Inspector.Opened!.Stored.Id);
    }

    [Fact]
    public void Marks_pin_messages_and_two_of_them_are_compared()
    {
        var ids = Receive("1", "2", "3");
        _desk.Take(new AppEvent.MessageSelected(ids[0], IsFollowing: false));
        _desk.Do("mark");
        Assert.Equal(new Effect.Pin(ids[0], IsPinned: true), _desk.Only<Effect.Pin>());
        _desk.Take(new AppEvent.MessageSelected(ids[2], IsFollowing: false));
        _desk.Do("mark");

        _desk.Do("diff");
        Assert.Equal(ids[0], _desk.State.Inspector.Choice.CompareWith);
        Assert.Equal(InspectorTab.Diff, _desk.State.Inspector.Tab);
        Assert.NotEmpty(_desk.State.Inspector.Opened!.Difference!);

        _desk.Effects.Clear();
        _desk.Do("mark");
        Assert.Equal(new Effect.Pin(ids[2], IsPinned: false), _desk.Only<Effect.Pin>());
        _desk.Do("clear-marks");
        Assert.Equal(new Effect.Pin(ids[0], IsPinned: false), _desk.Only<Effect.Pin>());
        Assert.Empty(_desk.State.Messages.Marks);
    }

    [Fact]
    public void Copying_asks_what_and_another_key_leaves_it()
    {
        var id = Receive("1")[0];
        _desk.Do("copy");
        Assert.Equal(Tui.Commands.Scopes.Copy, _desk.State.Scope);
        _desk.Press("t");
        Assert.Equal(new Effect.Copy(id, CopyWhat.Topic), _desk.Only<Effect.Copy>());
        Assert.False(_desk.State.IsCopying);

        _desk.Press("y", "x");
        Assert.False(_desk.State.IsCopying);
        Assert.DoesNotContain(_desk.Effects, effect => effect is Effect.Copy);
    }

    [Fact]
    public void Finding_selects_the_next_and_says_when_there_is_none()
    {
        var ids = Receive("kiln 1", "hall", "kiln 2", "hall");
        _desk.Take(new AppEvent.MessageSelected(ids[0], IsFollowing: false));
        _desk.Do("find");
        _desk.Take(new AppEvent.FindTyped("kiln"));
        _desk.Take(new AppEvent.TypingEnded(IsAccepted: true));
        Assert.Equal(ids[2], _desk.State.Messages.SelectedId);
        _desk.Do("previous-hit");
        Assert.Equal(ids[0], _desk.State.Messages.SelectedId);

        _desk.Take(new AppEvent.FindTyped("nowhere"));
        _desk.Do("next-hit");
        Assert.Contains("nowhere", _desk.Said, StringComparison.Ordinal);
        Assert.Equal(ids[0], _desk.State.Messages.SelectedId);
    }

    [Fact]
    public void Neighbours_on_the_topic_are_reached_and_the_ends_are_said()
    {
        var first = _desk.Receive(_source, "a", "1");
        _desk.Receive(_source, "b", "2");
        var last = _desk.Receive(_source, "a", "3");
        _desk.Do("previous-on-topic");
        Assert.Equal(first, _desk.State.Messages.SelectedId);
        _desk.Do("previous-on-topic");
        Assert.Contains("oldest", _desk.Said, StringComparison.Ordinal);
        _desk.Do("next-on-topic");
        Assert.Equal(last, _desk.State.Messages.SelectedId);
    }

    [Fact]
    public void Clearing_forgets_rows_marks_and_the_open_message()
    {
        Receive("1", "2");
        _desk.Do("mark");
        _desk.Do("clear");
        Assert.Equal(0, _desk.State.Store.Rows.Count);
        Assert.Null(_desk.State.Inspector.Opened);
        Assert.Empty(_desk.State.Messages.Marks);
        Assert.True(_desk.State.Messages.IsFollowing);
        var id = Receive("3")[0];
        Assert.Equal(id, _desk.State.Messages.SelectedId);
    }

    [Fact]
    public void What_a_filter_hides_is_neither_shown_nor_meant_by_a_command()
    {
        Receive("kiln hot");
        _desk.Take(new AppEvent.FilterTyped("nowhere"));
        Assert.DoesNotContain("hot", _desk.Paint(80, 24).Text, StringComparison.Ordinal);
        foreach (var command in new[] { "copy", "editor", "pipe", "save", "mark", "diff", "only-topic", "format" })
            Assert.NotNull(_desk.State.Commands.Find(command)!.WhyNot!(_desk.State));

        _desk.Take(new AppEvent.FilterTyped(""));
        Assert.Contains("hot", _desk.Paint(80, 24).Text, StringComparison.Ordinal);
        Assert.Null(_desk.State.Commands.Find("copy")!.WhyNot!(_desk.State));
    }

    [Fact]
    public void A_paused_list_stands_where_it_stood_after_a_filter_that_hid_everything()
    {
        var ids = Receive("1", "2", "3");
        _desk.Take(new AppEvent.MessageSelected(ids[1], IsFollowing: false));
        _desk.Take(new AppEvent.FilterTyped("nowhere"));
        Assert.Null(_desk.State.Opened);

        _desk.Do("back");

        Assert.Equal(ids[1], _desk.State.Messages.SelectedId);
        Assert.Equal(ids[1], _desk.State.Opened!.Stored.Id);
    }

    [Fact]
    public void A_message_stays_open_until_the_search_has_found_nothing()
    {
        Receive("kiln");
        _desk.IsSearching = false;
        _desk.Take(new AppEvent.FilterTyped("nowhere"));
        Assert.Equal(0, _desk.State.Store.Rows.Count);
        Assert.NotNull(_desk.State.Opened);

        _desk.IsSearching = true;
        _desk.Take(new AppEvent.FilterTyped("nowhere at all"));
        Assert.Null(_desk.State.Opened);
    }

    [Fact]
    public void Marked_messages_can_be_written_while_a_filter_hides_them()
    {
        Receive("kiln");
        _desk.Do("mark");
        _desk.Take(new AppEvent.FilterTyped("nowhere"));
        Assert.Null(_desk.State.Commands.Find("save")!.WhyNot!(_desk.State));
    }

    [Fact]
    public void What_was_not_compared_stands_out_in_a_difference()
    {
        Receive(Lines("left"), Lines("right"));
        _desk.Do("diff");
        _desk.Pass(1);
        _desk.Paint();
        _desk.Press("4", "G");

        var canvas = _desk.Paint();
        var y = Enumerable
            .Range(0, canvas.Height)
            .First(row => TextOf(row).Contains("! too much", StringComparison.Ordinal));
        var x = TextOf(y).IndexOf("! too much", StringComparison.Ordinal);
        Assert.Equal(Tone.Warning, canvas[x, y].Tone);

        string TextOf(int row) => string.Concat(canvas.Row(row).ToArray().Select(cell => cell.Text));
        static string Lines(string word) =>
            string.Join('\n', Enumerable.Range(0, 3000).Select(number => $"{word} {number}"));
    }

    private long[] Receive(params string[] payloads) =>
        [.. payloads.Select(payload => _desk.Receive(_source, "topic", payload))];
}
