using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Doubles;
using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Core.Effects;
using TraceMQ.Tui.Messages;
using TraceMQ.Tui.Profiles;
using TraceMQ.Tui.Screens.Main;

namespace TraceMQ.Tests.Core;

/// <summary>The loop with all of its effects on a fake transport, a fake terminal and a fake clock.</summary>
internal sealed class LoopHarness : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tracemq-loop-");
    private readonly ProfileStore _profiles;

    public LoopHarness(string? profiles = null)
    {
        var path = Path.Combine(_folder.FullName, "config.toml");
        File.WriteAllText(path, profiles ?? Fakes.Profiles);
        var config = ConfigFile.Load(path, [Transport]);
        _profiles = new ProfileStore(config, [Transport]);
        var log = new MessageLog(64 << 20, 1 << 20);
        var view = log.View();
        var first = new AppState
        {
            Transports = [Transport],
            Commands = CommandTable.Default,
            Config = config,
            Store = new StoreSnapshot(view, view, log.Counters, 0),
            Now = Time.GetUtcNow(),
        };
        EventLoop? loop = null;
        loop = new EventLoop(first, post => Build(post, () => loop!.State, log), Time);
        Loop = loop;
        Loop.Start();
    }

    public FakeTransport Transport { get; } = new();

    public FakeTerminal Terminal { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 14, 0, 0, TimeSpan.Zero));

    public EventLoop Loop { get; }

    public AppState State => Loop.State;

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Post(AppEvent appEvent) => Loop.Post(appEvent);

    /// <summary>Starts an effect from inside the loop.</summary>
    public void Start(Effect effect) => Post(new Starting(effect));

    /// <summary>Waits until the state is as wanted; fails at once where the loop ended.</summary>
    public async Task UntilAsync(Func<AppState, bool> holds, string what)
    {
        try
        {
            await Surroundings.UntilAsync(() => Loop.Completion.IsFaulted || holds(State), what);
        }
        catch (Xunit.Sdk.XunitException failure)
        {
            Assert.Fail($"{failure.Message}; the last words were: {State.Status?.Text}");
        }

        if (Loop.Completion.IsFaulted)
            await Loop.Completion;
    }

    public async Task<FakeSession> ConnectAsync(string profile)
    {
        Post(new ConnectWanted(State.Config.Find(profile)!.Raw));
        var session = await Transport.NextSessionAsync();
        await UntilAsync(state => state.ConnectionOf(profile) is { IsConnected: true }, "connected");
        return session;
    }

    public async ValueTask DisposeAsync()
    {
        await Loop.DisposeAsync();
        _profiles.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>The message structures, for reading.</summary>
    public MessageStore Store => Loop.Store;

    private (MessageStore, EffectRunner) Build(Action<AppEvent> post, Func<AppState> state, MessageLog log)
    {
        var prompts = new ScreenPrompts(post);
        var resolver = new ReferenceResolver(prompts, _folder.FullName, _ => null, Time);
        var connections = new ConnectionEffects(resolver, post, Time, NullLoggerFactory.Instance);
        var effects = new EffectSet(
            connections,
            prompts,
            new BrowseEffects(connections, post),
            new SearchEffects(state, post),
            new MessageEffects(state, Terminal, post),
            new ProfileEffects(_profiles, post),
            new FileEffects(Terminal, post),
            Terminal
        );
        return (new MessageStore(log, new TopicTree(), post), new EffectRunner(effects, post, NullLogger.Instance));
    }

    private sealed record Starting(Effect Effect) : ScreenEvent
    {
        public override Transition Apply(AppState state) => new(state, [Effect]);
    }
}
