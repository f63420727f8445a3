using System.Text;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Doubles;
using TraceMQ.Transport;
using TraceMQ.Transport.Sessions;
using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Core.Effects;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Profiles;
using TraceMQ.Tui.Screens;
using TraceMQ.Tui.Screens.Main;
using TraceMQ.Tui.Screens.Profiles;
using TraceMQ.Tui.Terminal;
using TraceMQ.Tui.Text;

namespace TraceMQ.Tests.Screens;

/// <summary>
/// The screen without threads, terminal and sockets: events are taken one after the other, effects on the message structures are done at
/// once, and all others are only noted.
/// </summary>
internal sealed class Desk
{
    private readonly Queue<AppEvent> _queue = new();
    private readonly Dictionary<int, Inbox> _inboxes = [];
    private readonly Func<Effect, FilteredRows?, Task> _search;
    private readonly MessageEffects _messages;

    static Desk()
    {
        // Times are painted in the zone of the machine.
        Environment.SetEnvironmentVariable("TZ", "UTC");
        TimeZoneInfo.ClearCachedData();
    }

    public Desk(string toml = "", ITransport? transport = null, long memory = 64 << 20)
    {
        Transport = transport ?? Fake;
        var log = new MessageLog(memory, 1 << 20);
        Topics = new TopicTree();
        Store = new MessageStore(log, Topics, _queue.Enqueue);
        Screen = new MainScreen(Topics, Time);
        State = new AppState
        {
            Transports = [Transport],
            Commands = CommandTable.Default,
            Config = ConfigFile.Parse("config.toml", toml, [Transport]),
            Store = Store.Snapshot(),
            Now = Time.GetUtcNow(),
            Layout = new LayoutState { Width = 120, Height = 40 },
        };
        var searches = new SearchEffects(() => State, _queue.Enqueue);
        _search = (effect, hits) =>
            effect switch
            {
                Effect.ChangeScope change => searches.ScanAsync(change, hits!, CancellationToken.None),
                Effect.Find find => searches.FindAsync(find, CancellationToken.None),
                Effect.StepOnTopic step => searches.StepAsync(step, CancellationToken.None),
                _ => Task.CompletedTask,
            };
        _messages = new MessageEffects(() => State, Terminal, _queue.Enqueue);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 14, 3, 20, TimeSpan.Zero));

    public FakeTransport Fake { get; } = new();

    public FakeTerminal Terminal { get; } = new();

    public ITransport Transport { get; }

    public TopicTree Topics { get; }

    public MessageStore Store { get; }

    public MainScreen Screen { get; }

    public AppState State { get; set; }

    /// <summary>Every effect since the start, or since it was cleared.</summary>
    public List<Effect> Effects { get; } = [];

    /// <summary>False keeps the answer of opening a message back.</summary>
    public bool IsOpeningAtOnce { get; set; } = true;

    /// <summary>False leaves the kept messages unsearched when the scope changes.</summary>
    public bool IsSearching { get; set; } = true;

    public string Said => State.Status?.Text ?? "";

    /// <summary>Takes an event and all that come of it.</summary>
    public void Take(AppEvent appEvent)
    {
        _queue.Enqueue(appEvent);
        while (_queue.TryDequeue(out var next))
            TakeOne(next);
    }

    public void Do(string command) => Take(new AppEvent.CommandChosen(command));

    /// <summary>The only effect of a kind since the last time; they are forgotten then.</summary>
    public T Only<T>()
        where T : Effect
    {
        var only = Assert.Single(Effects.OfType<T>());
        Effects.Clear();
        return only;
    }

    /// <summary>Presses keys by their names; a single character that has no name types itself.</summary>
    public void Press(params string[] names)
    {
        foreach (var name in names)
        {
            var text =
                name == "Space" ? " "
                : name.Length == 1 ? name
                : "";
            if (Screen.Key(new KeyPress(name, text), State) is { } meant)
                Take(meant);
        }
    }

    public void Type(string text)
    {
        foreach (var character in text)
            Press(character == ' ' ? "Space" : character.ToString());
    }

    public void Mouse(MouseKind kind, int x, int y)
    {
        foreach (var meant in Screen.Mouse(new MouseAction(kind, x, y), State))
            Take(meant);
    }

    /// <summary>Selects a saved profile and connects it.</summary>
    public int Connect(string profile, Capabilities? capabilities = null)
    {
        Take(new AppEvent.ProfileRowSelected(ProfileRows.KeyOfProfile(profile)));
        Do("connect");
        var source = State.ConnectionOf(profile)!.Source;
        Report(source, new SessionEvent.Connecting(1));
        Report(
            source,
            new SessionEvent.Connected(
                capabilities
                    ?? (
                        Capabilities.Subscribe
                        | Capabilities.Publish
                        | Capabilities.Headers
                        | Capabilities.Browse
                        | Capabilities.Wire
                    ),
                [new Fact("server", "plant.example.com:1883"), new Fact("version", "5.0")]
            )
            {
                SubscribeTopic = (Transport as FakeTransport)?.Subscribing ?? TopicUse.Required,
                PublishTopic = (Transport as FakeTransport)?.Publishing ?? TopicUse.Required,
            }
        );
        return source;
    }

    public void Report(int source, SessionEvent report) => Take(new AppEvent.SessionReported(source, report));

    public long Receive(int source, string topic, string payload, Direction direction = Direction.In) =>
        Receive(
            source,
            new Message
            {
                Time = Time.GetUtcNow(),
                Topic = topic,
                Payload = Encoding.UTF8.GetBytes(payload),
                Direction = direction,
            }
        );

    /// <summary>A message comes in; gives its number in the log.</summary>
    public long Receive(int source, Message message)
    {
        _inboxes[source].TryPost(message);
        while (_queue.TryDequeue(out var next))
            TakeOne(next);
        var view = State.Store.View;
        return view.IdAt(view.Count - 1);
    }

    /// <summary>Time goes by, with a tick at its end.</summary>
    public void Pass(double seconds)
    {
        Time.Advance(TimeSpan.FromSeconds(seconds));
        Take(new AppEvent.Ticked(Time.GetUtcNow(), Store.CountersBySource()));
    }

    public Canvas Paint(int width = 120, int height = 40, bool isAscii = false)
    {
        if (State.Layout.Width != width || State.Layout.Height != height)
            Take(new AppEvent.Resized(width, height));
        var canvas = new Canvas(width, height, isAscii ? Glyphs.Ascii : Glyphs.Unicode);
        Screen.Paint(canvas, State);
        return canvas;
    }

    private void TakeOne(AppEvent appEvent)
    {
        var translated = appEvent switch
        {
            AppEvent.MessagesWaiting waiting => new AppEvent.LogChanged(Store.Ingest(waiting.Source), Time.GetUtcNow()),
            AppEvent.ScopeScanned scanned => scanned with { Store = Store.Snapshot() },
            _ => appEvent,
        };
        var (state, effects) = Update.Apply(State, translated);
        State = state;
        foreach (var effect in effects)
        {
            Effects.Add(effect);
            Start(effect);
        }
    }

    private void Start(Effect effect)
    {
        switch (effect)
        {
            case Effect.Connect connect:
                _inboxes[connect.Source] = Store.Open(connect);
                break;
            case Effect.ChangeScope change:
                var hits = Store.ChangeScope(change.Scope);
                TakeOne(new AppEvent.LogChanged(Store.Snapshot(), Time.GetUtcNow()));
                if (hits is not null && IsSearching)
                    _search(change, hits).GetAwaiter().GetResult();
                break;
            case Effect.ClearLog:
                Store.Clear();
                TakeOne(new AppEvent.LogChanged(Store.Snapshot(), Time.GetUtcNow()));
                break;
            case Effect.Pin pin:
                Store.Pin(pin);
                break;
            case Effect.OpenMessage open when IsOpeningAtOnce:
                _messages.OpenAsync(open, CancellationToken.None).GetAwaiter().GetResult();
                break;
            case Effect.Find or Effect.StepOnTopic:
                _search(effect, null).GetAwaiter().GetResult();
                break;
            case Effect.Resend resend:
                _messages.ResendAsync(resend, CancellationToken.None).GetAwaiter().GetResult();
                break;
        }
    }
}
