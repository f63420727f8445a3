using TraceMQ.Tests.Doubles;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens;
using TraceMQ.Tui.Screens.Choosing;
using TraceMQ.Tui.Screens.Confirm;
using TraceMQ.Tui.Screens.Publish;
using TraceMQ.Tui.Terminal;

namespace TraceMQ.Tests.Screens;

public sealed class KeyRoutingTests
{
    private readonly Desk _desk = new(Fakes.Profiles);
    private readonly int _source;

    public KeyRoutingTests()
    {
        _source = _desk.Connect("one");
        for (var i = 0; i < 60; i++)
            _desk.Receive(_source, $"t/{i % 3}", $"payload {i}");
        _desk.Pass(1);
        _desk.Do("messages");
        _desk.Paint();
    }

    [Fact]
    public void Letters_that_are_commands_are_letters_while_a_filter_is_typed()
    {
        _desk.Press("/");
        _desk.Type("quip mark");
        Assert.Equal("quip mark", _desk.State.Messages.FilterText);
        Assert.Empty(_desk.Effects.OfType<Effect.Quit>());
        _desk.Press("Ctrl+W", "Backspace", "Home", "Delete");
        Assert.Equal("uip", _desk.State.Messages.FilterText);
        _desk.Press("Enter");
        Assert.Equal(Typing.Nothing, _desk.State.Typing);
        _desk.Press("/");
        Assert.Equal("uip", _desk.State.Messages.FilterText);
        _desk.Press("Esc");
    }

    [Fact]
    public void Keys_faster_than_a_frame_lose_nothing()
    {
        _desk.Press("/", "4", "2", "Enter", "Up", "p", "Tab", "h", "i", "Ctrl+G");
        Assert.Equal("42", _desk.State.Messages.FilterText);
        Assert.Equal("hi", System.Text.Encoding.UTF8.GetString(_desk.Only<Effect.Publish>().Message.Payload.Span));
    }

    [Fact]
    public void Typing_into_a_field_keeps_its_caret_while_frames_are_painted()
    {
        _desk.Press("p", "Tab");
        _desk.Type("ac");
        _desk.Paint();
        _desk.Press("Left");
        _desk.Paint();
        _desk.Type("b");
        Assert.Equal("abc", Form().TextOf(PublishState.PayloadKey));
    }

    [Fact]
    public void A_question_over_a_dialog_keeps_both_carets()
    {
        var desk = new Desk(Fakes.Profiles);
        desk.Connect("live");
        desk.Press("3", "p");
        desk.Type("t");
        desk.Press("Tab");
        desk.Type("ac");
        desk.Press("Left");
        desk.Paint();
        desk.Press("Ctrl+G");
        desk.Type("lie");
        desk.Paint();
        desk.Press("Left");
        desk.Paint();
        desk.Type("v");
        Assert.Equal("live", Assert.IsType<ConfirmState>(desk.State.Top).TextOf("name"));
        desk.Press("Esc");
        desk.Paint();
        desk.Type("b");
        Assert.Equal("abc", desk.State.Find<PublishState>()!.TextOf(PublishState.PayloadKey));
    }

    [Fact]
    public void A_paste_goes_where_text_is_typed_and_nowhere_else()
    {
        Assert.Null(_desk.Screen.Paste("qqq", _desk.State));
        _desk.Press("/");
        _desk.Take(_desk.Screen.Paste("two\nlines", _desk.State)!);
        Assert.Equal("two lines", _desk.State.Messages.FilterText);
        _desk.Press("Esc", "p", "Tab");
        _desk.Take(_desk.Screen.Paste("two\r\nlines", _desk.State)!);
        Assert.Equal("two\nlines", Form().TextOf(PublishState.PayloadKey));
    }

    [Fact]
    public void The_palette_finds_runs_and_takes_arguments()
    {
        _desk.Press(":");
        _desk.Type("zoo");
        Assert.Equal("zoom", _desk.State.Find<ChoosingState>()!.Shown[0].Command);
        _desk.Press("Enter");
        Assert.True(_desk.State.Layout.IsZoomed);
        _desk.Press("z", ":");
        _desk.Type("filter payload 7");
        _desk.Press("Enter");
        Assert.Equal("payload 7", _desk.State.Messages.FilterText);
        _desk.Press(":", "Down", "Down", "Up", "Esc");
        Assert.Null(_desk.State.Top);
    }

    [Fact]
    public void A_key_in_a_menu_runs_its_row_and_closes_the_menu()
    {
        _desk.Press("m", "Space");
        Assert.Null(_desk.State.Top);
        Assert.Single(_desk.State.Messages.Marks);
        _desk.Press("m", "Down", "Enter");
        Assert.Null(_desk.State.Top);
    }

    [Fact]
    public void Moving_goes_to_the_ends_and_follows_again()
    {
        _desk.Press("g");
        Assert.Equal(_desk.State.Store.View.IdAt(0), _desk.State.Messages.SelectedId);
        Assert.False(_desk.State.Messages.IsFollowing);
        _desk.Press("j", "k", "PageDown", "Ctrl+D", "Ctrl+U", "G");
        Assert.Equal(_desk.State.Store.View.IdAt(59), _desk.State.Messages.SelectedId);
        Assert.True(_desk.State.Messages.IsFollowing);
    }

    [Fact]
    public void A_paused_row_stays_where_it_is_while_messages_come()
    {
        _desk.Press("Up", "Up", "Up", "Up", "Up");
        var before = RowOf("payload 54");
        for (var i = 0; i < 30; i++)
            _desk.Receive(_source, "t/1", $"later {i}");
        Assert.Equal(before, RowOf("payload 54"));
    }

    [Fact]
    public void Flags_and_choices_are_filled_in_with_keys()
    {
        _desk.Press("p", "Tab", "Tab", "Right", "Tab", "Space");
        Assert.Equal("1", Form().TextOf("qos"));
        Assert.Equal("true", Form().TextOf("retain"));
        _desk.Press("Up", "Left", "2");
        Assert.Equal("2", Form().TextOf("qos"));
        _desk.Press("Down", "Enter");
        Assert.Equal("false", Form().TextOf("retain"));
    }

    [Fact]
    public void Topics_are_completed_with_the_right_arrow()
    {
        _desk.Press("Tab", "Tab", "p", "Ctrl+U");
        _desk.Type("t/");
        _desk.Press("Right");
        Assert.StartsWith("t/", Form().TextOf(PublishState.TopicKey), StringComparison.Ordinal);
        Assert.Equal(3, Form().TextOf(PublishState.TopicKey).Length);
    }

    [Fact]
    public void Ctrl_O_edits_a_long_text_and_says_so_where_there_is_none()
    {
        _desk.Press("p", "Ctrl+O");
        Assert.Contains("$EDITOR", _desk.Said, StringComparison.Ordinal);
        _desk.Press("Tab", "Ctrl+O");
        var edit = _desk.Only<Effect.EditText>();
        _desk.Take(edit.Edited("{}"));
        Assert.Equal("{}", Form().TextOf(PublishState.PayloadKey));
    }

    [Fact]
    public void A_click_selects_and_a_second_key_opens()
    {
        var row = Row("payload 50");
        _desk.Mouse(MouseKind.Click, 60, row);
        Assert.Contains("payload 50", Opened(), StringComparison.Ordinal);
        _desk.Mouse(MouseKind.WheelUp, 60, row);
        Assert.NotEqual(row, Row("payload 50"));
        _desk.Mouse(MouseKind.RightClick, 60, Row("payload 50"));
        Assert.IsType<ChoosingState>(_desk.State.Top);
        _desk.Mouse(MouseKind.Click, 0, 0);
        Assert.Null(_desk.State.Top);
    }

    [Fact]
    public void A_click_on_a_drawer_does_not_hit_the_list_below_it()
    {
        _desk.Paint(80, 24);
        _desk.Press("1");
        var row = Row("two", 80, 24);
        var selected = _desk.State.Messages.SelectedId;
        _desk.Mouse(MouseKind.Click, 6, row);
        Assert.Equal(PaneName.Profiles, _desk.State.Layout.Focus);
        Assert.Equal(selected, _desk.State.Messages.SelectedId);
        Assert.Equal("two", Tui.Screens.Profiles.ProfileRows.Selected(_desk.State)!.Name);
    }

    [Fact]
    public void Fields_and_buttons_are_clicked()
    {
        _desk.Press("p");
        _desk.Mouse(MouseKind.Click, 45, Row("retain"));
        Assert.Equal("retain", Form().Fields[Form().FocusedField].Key);
        _desk.Mouse(MouseKind.Click, 45, Row("retain"));
        Assert.Equal("true", Form().TextOf("retain"));
        var picture = _desk.Paint().Text.Split('\n');
        var y = Array.FindIndex(picture, line => line.Contains("Publish ^G", StringComparison.Ordinal));
        _desk.Mouse(MouseKind.Click, picture[y].IndexOf("Publish ^G", StringComparison.Ordinal) + 2, y);
        _desk.Only<Effect.Publish>();
    }

    [Fact]
    public void Every_command_runs_from_its_key_without_a_failure()
    {
        foreach (var pane in Enum.GetValues<PaneName>())
        {
            foreach (var command in _desk.State.Commands.All)
            {
                _desk.State = _desk.State with { Overlays = [], Typing = Typing.Nothing, IsCopying = false };
                _desk.Take(new AppEvent.PaneFocused(pane));
                _desk.Paint();
                _desk.Press([.. command.KeyList]);
                Pictures.AssertSound(_desk.Paint());
                _desk.Press("Tab", "Down", "Up", "Enter");
                Pictures.AssertSound(_desk.Paint(80, 24));
            }
        }
    }

    private PublishState Form() => _desk.State.Find<PublishState>()!;

    private string Opened() => string.Join('\n', _desk.State.Inspector.Opened!.Document.Plain(10));

    private int Row(string text, int width = 120, int height = 40) => RowOf(text, width, height);

    private int RowOf(string text, int width = 120, int height = 40)
    {
        var lines = _desk.Paint(width, height).Text.Split('\n');
        var at = Array.FindIndex(lines, line => line.Contains(text, StringComparison.Ordinal));
        Assert.True(at >= 0, $"{text} is not on the screen");
        return at;
    }
}
