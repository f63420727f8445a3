using Microsoft.Extensions.Logging;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Core.Effects;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Profiles;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tui.Screens.Main;

/// <summary>Puts the full screen together, and runs it until it is left.</summary>
internal sealed class ScreenHost
{
    private readonly ScreenStart _start;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;
    private readonly TerminalSetup _setup;
    private readonly TerminalActions _actions;

    public ScreenHost(ScreenStart start, TimeProvider time, ILoggerFactory logs)
    {
        _start = start;
        _time = time;
        _logs = logs;
        var values = start.Config.Values;
        _setup = TerminalSetup.Detect(
            start.Environment,
            values.Get(AppSettings.Theme),
            values.Get(AppSettings.Colors),
            values.Get(AppSettings.FrameRate),
            values.Get(AppSettings.Ascii),
            values.Get(AppSettings.Mouse)
        );
        _actions = new TerminalActions(start.Environment, ConfigPath.StateFolder(start.Environment));
    }

    /// <summary>Runs the screen; gives the exit code: 0, or 128 and the number of the signal that ended it.</summary>
    public int Run()
    {
        using var guard = new TerminalGuard(_actions.Stop, _time);
        using var profiles = new ProfileStore(_start.Config, _start.Transports);
        var topics = new TopicTree();
        var values = _start.Config.Values;
        var log = new MessageLog(values.Get(AppSettings.Memory), values.Get(AppSettings.MaximumMessage));
        var loop = MakeLoop(profiles, log, topics);
        loop.Start();
        foreach (var first in _start.Events)
            loop.Post(first);
        try
        {
            var screen = new MainScreen(topics, _time);
            while (!_actions.IsStopped && !loop.Completion.IsFaulted)
            {
                Show(loop, screen);
                _actions.RunBetween();
            }

            if (loop.Completion.IsFaulted)
                loop.Completion.GetAwaiter().GetResult();
        }
        finally
        {
            guard.Restore();
            loop.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        return guard.ExitCode;
    }

    private EventLoop MakeLoop(ProfileStore profiles, MessageLog log, TopicTree topics)
    {
        var view = log.View();
        var commands = CommandTable.Default.With(_start.Config.Keys, out var problems);
        var first = new AppState
        {
            Transports = _start.Transports,
            Commands = commands,
            Config = _start.Config,
            Store = new StoreSnapshot(view, view, log.Counters, 0),
            Now = _time.GetUtcNow(),
            IsReadOnly = _start.IsReadOnly,
            Layout = new LayoutState { IsMouseOn = _setup.IsMouseOn },
        };
        var wrong = _start
            .Config.Problems.Select(problem => problem.ToString())
            .Concat(problems.Select(problem => $"keys.{problem.Name}: {problem.Sentence}"))
            .ToArray();
        if (wrong.Length > 0)
            first = first.Tell(
                StatusLevel.Error,
                wrong.Length == 1
                    ? wrong[0]
                    : $"{wrong[0]} (and {wrong.Length - 1} more; tracemq profiles check lists them)"
            );
        EventLoop? loop = null;
        loop = new EventLoop(first, post => Build(post, () => loop!.State, profiles, log, topics), _time);
        return loop;
    }

    private (MessageStore, EffectRunner) Build(
        Action<AppEvent> post,
        Func<AppState> state,
        ProfileStore profiles,
        MessageLog log,
        TopicTree topics
    )
    {
        var prompts = new ScreenPrompts(post);
        var folder = Path.GetDirectoryName(_start.Config.Path)!;
        var resolver = new ReferenceResolver(
            prompts,
            Directory.Exists(folder) ? folder : Environment.CurrentDirectory,
            _start.Environment,
            _time
        );
        var connections = new ConnectionEffects(resolver, post, _time, _logs);
        var effects = new EffectSet(
            connections,
            prompts,
            new BrowseEffects(connections, post),
            new SearchEffects(state, post),
            new MessageEffects(state, _actions, post),
            new ProfileEffects(profiles, post),
            new FileEffects(_actions, post),
            _actions
        );
        return (new MessageStore(log, topics, post), new EffectRunner(effects, post, _logs.CreateLogger("effects")));
    }

    // One life of Terminal.Gui: it ends when the program does, and whenever somebody else needs the terminal.
    private void Show(EventLoop loop, MainScreen screen)
    {
        using var terminal = new TerminalApp(_setup);
        using var stage = new Stage(Theme.Of(_setup.Theme));
        var glyphs = _setup.IsAscii ? Glyphs.Ascii : Glyphs.Unicode;
        AppState? painted = null;
        var size = (Width: 0, Height: 0);
        using var pump = new UiPump(terminal.App, Paint, _setup.FrameRate, _time);
        _actions.Attach(terminal, pump);
        terminal.App.Keyboard.KeyDown += (_, key) =>
        {
            key.Handled = true;
            pump.Wake();
            Take(screen.Key(new KeyPress(KeyNames.Of(key), KeyNames.TextOf(key)), loop.State));
        };
        terminal.App.Paste += (_, paste) =>
        {
            pump.Wake();
            Take(screen.Paste(paste.Text, loop.State));
        };
        stage.Moused += mouse =>
        {
            pump.Wake();
            foreach (var meant in screen.Mouse(mouse, loop.State))
                Take(meant);
        };
        terminal.SetMouse(loop.State.Layout.IsMouseOn);
        terminal.App.Run(stage);

        void Take(AppEvent? appEvent)
        {
            // A view may have scrolled without an event: the next turn paints in any case.
            painted = null;
            if (appEvent is not null)
                loop.PostAndWait(appEvent);
            // Painted in this very turn: the next one is a frame away.
            Paint();
        }

        bool Paint()
        {
            if (loop.Completion.IsFaulted)
                terminal.App.RequestStop();
            var state = loop.State;
            var now = (terminal.Width, terminal.Height);
            if (now != size)
                loop.Post(new AppEvent.Resized(now.Width, now.Height));
            else if (ReferenceEquals(state, painted) && !screen.IsChanging(state))
                return false;
            size = now;
            painted = state;
            var canvas = new Canvas(now.Width, now.Height, glyphs);
            screen.Paint(canvas, state);
            stage.Show(canvas);
            return true;
        }
    }
}
