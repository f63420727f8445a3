using TraceMQ.Tui.Core;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Screens.Browse;
using TraceMQ.Tui.Screens.Choosing;
using TraceMQ.Tui.Screens.Forms;
using TraceMQ.Tui.Screens.Inspector;
using TraceMQ.Tui.Screens.Messages;
using TraceMQ.Tui.Screens.Profiles;
using TraceMQ.Tui.Screens.Reading;
using TraceMQ.Tui.Screens.Topics;
using TraceMQ.Tui.Screens.Wire;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Main;

/// <summary>Lays the panes out, paints a state, and sends keys and mouse to who has them.</summary>
internal sealed class MainScreen
{
    private readonly Dictionary<PaneName, IPane> _panes;
    private readonly List<(PaneName Name, Box Box)> _boxes = [];
    private readonly Dictionary<Type, FormScreen> _forms = [];
    private readonly TopicTree _topics;
    private readonly ReadingScreen _reading = new();
    private readonly ChoosingScreen _choosing = new();
    private readonly BrowseScreen _browse = new();
    private readonly WireScreen _wire = new();
    private readonly TextEditor _typed = new(hasLines: false);
    private readonly FooterBar _footer;
    private Typing _typing;

    public MainScreen(TopicTree topics, TimeProvider time)
    {
        _panes = new Dictionary<PaneName, IPane>
        {
            [PaneName.Profiles] = new ProfilesPane(),
            [PaneName.Topics] = new TopicsPane(topics),
            [PaneName.Messages] = new MessagesPane(),
            [PaneName.Inspector] = new InspectorPane(),
        };
        _topics = topics;
        _footer = new FooterBar(time);
    }

    /// <summary>True while a picture has to follow although the state stays: a message in the footer gives way.</summary>
    public bool IsChanging(AppState state) => _footer.IsShowing(state);

    /// <summary>Paints a state.</summary>
    public void Paint(Canvas canvas, AppState state)
    {
        if (canvas.Width < LayoutState.MinimumWidth || canvas.Height < LayoutState.MinimumHeight)
        {
            canvas.Write(0, 0, canvas.Width, StyledLine.Of("TraceMQ needs a larger terminal:", Tone.Bright));
            canvas.Write(
                0,
                1,
                canvas.Width,
                StyledLine.Of(
                    $"{LayoutState.MinimumWidth}x{LayoutState.MinimumHeight}; this is {canvas.Width}x{canvas.Height}",
                    Tone.Dim
                )
            );
            return;
        }

        TakeTyping(state);
        HeaderBar.Paint(canvas, state);
        if (state.Top is not { IsFullScreen: true })
            PaintPanes(canvas, state);
        _footer.Paint(canvas, state, _typed);
        foreach (var overlay in state.Overlays.Reverse())
        {
            if (!overlay.IsFullScreen)
                canvas.Dim();
            ScreenOf(overlay).Paint(canvas, state, overlay);
        }

        if (state.Top is not null)
            _footer.Paint(canvas, state, _typed);
    }

    /// <summary>What a key means.</summary>
    public AppEvent? Key(KeyPress key, AppState state)
    {
        _footer.Acknowledge();
        TakeTyping(state);
        var isTyping = state.Typing != Typing.Nothing || state.Top is Form or ChoosingState { HasQuery: true };
        var command = state.Commands.Find(state.Scope, key.Name.Length > 0 ? key.Name : key.Text, isTyping);
        if (state.Typing != Typing.Nothing && command is null)
            return Type(key, state);
        if (state.Top is ChoosingState { HasQuery: true } && key.Name == "Esc")
            return new AppEvent.CommandChosen("back");
        if (command?.Run is not null)
            return new AppEvent.CommandChosen(command.Name);
        return state.Top is { } top && !state.IsCopying ? ScreenOf(top).Key(key, command?.Name, state, top)
            : command is not null ? _panes[state.Layout.Focus].Do(command.Name, state)
            : state.IsCopying ? new AppEvent.CommandChosen("back")
            : null;
    }

    /// <summary>What a paste means: text where text is typed, nothing elsewhere.</summary>
    public AppEvent? Paste(string text, AppState state)
    {
        var isTyping = state.Typing != Typing.Nothing || state.Top is Form or ChoosingState { HasQuery: true };
        return isTyping ? Key(new KeyPress("", text), state) : null;
    }

    /// <summary>What a click or a turn of the wheel means.</summary>
    public IEnumerable<AppEvent> Mouse(MouseAction mouse, AppState state)
    {
        if (state.Top is { } top)
            return ScreenOf(top).Mouse(mouse, state, top) is { } meant ? [meant] : [];
        // A drawer is painted last and lies over the others.
        for (var i = _boxes.Count - 1; i >= 0; i--)
        {
            var (name, box) = _boxes[i];
            if (!box.Contains(mouse.X, mouse.Y))
                continue;
            var events = new List<AppEvent>();
            var isWheel = mouse.Kind is MouseKind.WheelUp or MouseKind.WheelDown;
            if (!isWheel && name != state.Layout.Focus)
                events.Add(new AppEvent.PaneFocused(name));
            if (_panes[name].Mouse(mouse, state) is { } meant2)
                events.Add(meant2);
            return events;
        }

        return [];
    }

    private AppEvent? Type(KeyPress key, AppState state)
    {
        if (key.Name is "Enter" or "Esc")
            return new AppEvent.TypingEnded(key.Name == "Enter");
        var before = _typed.Text;
        if (!_typed.Press(key) || _typed.Text == before)
            return null;
        return state.Typing == Typing.Filter
            ? new AppEvent.FilterTyped(_typed.Text)
            : new AppEvent.FindTyped(_typed.Text);
    }

    // The editor is filled when typing begins; while it lasts, the editor leads and the state follows.
    private void TakeTyping(AppState state)
    {
        if (state.Typing == _typing)
            return;
        _typing = state.Typing;
        _typed.Set(
            _typing == Typing.Filter ? state.Messages.FilterText
            : _typing == Typing.Find ? state.Messages.FindText
            : ""
        );
    }

    private IOverlayScreen ScreenOf(Overlay overlay) =>
        overlay switch
        {
            Form => FormsOf(overlay.GetType()),
            ReadingState => _reading,
            ChoosingState => _choosing,
            BrowseState => _browse,
            WireState => _wire,
            _ => throw new InvalidOperationException($"no screen for {overlay.GetType().Name}"),
        };

    // One for each kind of form: a question over a dialog must not take the dialog's carets with it.
    private FormScreen FormsOf(Type form)
    {
        if (!_forms.TryGetValue(form, out var screen))
            _forms[form] = screen = new FormScreen(_topics);
        return screen;
    }

    private void PaintPanes(Canvas canvas, AppState state)
    {
        _boxes.Clear();
        foreach (var (name, box) in PaneLayout.Of(state, canvas.Width, canvas.Height))
        {
            _boxes.Add((name, box));
            canvas.Fill(box, Ground.Plain);
            _panes[name].Paint(canvas, box, state, hasKeys: name == state.Layout.Focus && state.Top is null);
        }
    }
}
