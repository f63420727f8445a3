using TraceMQ.Tests.Screens;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Sessions;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Wire;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Browse;
using TraceMQ.Tui.Screens.Wire;

namespace TraceMQ.Tests.Golden;

/// <summary>What the screens look like, as text.</summary>
public sealed class ScreenGoldenTests
{
    private static readonly ITransport s_mqtt = Transports.Find("mqtt")!;

    [Fact]
    public void Traffic_fills_the_wide_screen() => Check("main-120x40", Plant.Busy(), 120, 40);

    [Fact]
    public void Traffic_fills_the_narrow_screen() => Check("main-80x24", Plant.Busy(), 80, 24);

    [Fact]
    public void Traffic_is_drawn_with_ascii_alone()
    {
        var desk = Plant.Busy();
        desk.Do("mark");
        desk.Do("follow");
        var text = desk.Paint(120, 40, isAscii: true).Text;
        Assert.DoesNotContain(text, character => character is not '\n' and (< ' ' or > '~'));
        GoldenFile.Check("main-ascii-120x40", text);
        GoldenFile.Check("main-ascii-80x24", desk.Paint(80, 24, isAscii: true).Text);
    }

    [Fact]
    public void The_status_gives_way_to_the_keys()
    {
        var desk = Plant.Busy();
        desk.Paint();
        desk.Pass(30);
        Check("keys-120x40", desk, 120, 40);
        Check("keys-80x24", desk, 80, 24);
    }

    [Fact]
    public void Branches_and_profiles_open_as_drawers_on_a_narrow_screen()
    {
        var desk = Plant.Busy();
        desk.Paint(80, 24);
        desk.Press("2", "Down", "Right", "Down");
        Check("topics-80x24", desk, 80, 24);
        desk.Press("1");
        Check("profiles-80x24", desk, 80, 24);
    }

    [Fact]
    public void Unfolded_topics_show_values_and_rates()
    {
        var desk = Plant.Busy();
        desk.Paint();
        desk.Press("2", "Right", "Down");
        desk.Paint();
        desk.Press("Right");
        desk.Paint();
        desk.Press("Down", "Down", "Right");
        Check("topics-120x40", desk, 120, 40);
        desk.Press("T", "o", "o");
        Check("topics-flat-120x40", desk, 120, 40);
    }

    [Fact]
    public void An_empty_screen_says_what_to_do()
    {
        Check("welcome-80x24", new Desk("", s_mqtt), 80, 24);
        Check("not-connected-120x40", new Desk(Plant.Profiles, s_mqtt), 120, 40);
    }

    [Fact]
    public void An_empty_list_says_why()
    {
        var desk = new Desk(Plant.Profiles, s_mqtt);
        var source = desk.Connect("Bench");
        Check("nothing-came-80x24", desk, 80, 24);
        desk.Report(
            source,
            new SessionEvent.Waiting(
                new TransportException(
                    FailureKind.Refused,
                    "localhost:1883 refused the connection; is a broker running there?"
                ),
                TimeSpan.FromSeconds(4)
            )
        );
        Check("waiting-120x40", desk, 120, 40);
    }

    [Fact]
    public void Typing_a_filter_shows_hits_or_what_is_wrong()
    {
        var desk = Plant.Busy();
        desk.Paint();
        desk.Press("/");
        Check("filter-empty-120x40", desk, 120, 40);
        desk.Type("kiln !64");
        Check("filter-typed-120x40", desk, 120, 40);
        Check("filter-typed-80x24", desk, 80, 24);
        desk.Type(" /(/");
        Check("filter-wrong-80x24", desk, 80, 24);
        desk.Press("Ctrl+U");
        desk.Type("nowhere");
        desk.Press("Enter");
        Check("filter-nothing-80x24", desk, 80, 24);
    }

    [Fact]
    public void Paused_with_marks_and_new_messages()
    {
        var desk = Plant.Busy();
        desk.Paint();
        desk.Press("Up", "Up", "Space", "Up", "Space");
        desk.Receive(0, "alarms/kiln", "late");
        Check("paused-120x40", desk, 120, 40);
        desk.Press("d");
        Check("diff-120x40", desk, 120, 40);
    }

    [Fact]
    public void The_inspector_has_its_views()
    {
        var desk = Plant.Busy();
        desk.Paint(80, 24);
        desk.Press("Up", "Up", "Up", "Up", "4");
        Check("inspector-80x24", desk, 80, 24);
        desk.Press(".");
        Check("inspector-properties-80x24", desk, 80, 24);
        desk.Press(".", "z");
        Check("inspector-history-zoomed-80x24", desk, 80, 24);
    }

    [Fact]
    public void The_publish_dialog_asks_for_what_the_protocol_has()
    {
        var desk = Plant.Busy();
        desk.Paint();
        desk.Press("p");
        desk.Press("Tab");
        desk.Type("{");
        desk.Press("Enter");
        desk.Type("  \"target\": 800 }");
        Check("publish-120x40", desk, 120, 40);
        Check("publish-80x24", desk, 80, 24);
        desk.Press("Ctrl+G");
        Check("publish-confirm-80x24", desk, 80, 24);
    }

    [Fact]
    public void The_subscribe_dialog_says_what_is_subscribed()
    {
        var desk = Plant.Busy();
        desk.Report(0, new SessionEvent.Subscribed(new Subscription("sensors/#"), new SubscribeResult(true, "QoS 1")));
        desk.Paint();
        desk.Press("s");
        Check("subscribe-80x24", desk, 80, 24);
    }

    [Fact]
    public void The_profile_form_is_generated()
    {
        var desk = new Desk(Plant.Profiles, s_mqtt);
        desk.Paint();
        desk.Press("1", "Down", "E");
        Check("profile-form-120x40", desk, 120, 40);
        Check("profile-form-80x24", desk, 80, 24);
        desk.Press("Tab", "Tab", "Ctrl+U");
        desk.Type("mqtt://localhost:99999");
        desk.Press("Ctrl+G");
        Check("profile-form-wrong-80x24", desk, 80, 24);
    }

    [Fact]
    public void Palette_help_and_menu_list_commands()
    {
        var desk = Plant.Busy();
        desk.Paint();
        desk.Press("Ctrl+P");
        Check("palette-120x40", desk, 120, 40);
        desk.Type("topic");
        Check("palette-80x24", desk, 80, 24);
        desk.Press("Esc", "?");
        Check("help-120x40", desk, 120, 40);
        Check("help-80x24", desk, 80, 24);
        desk.Press("Esc", "m");
        Check("menu-80x24", desk, 80, 24);
        desk.Press("Esc", "1", "m");
        Check("menu-profiles-120x40", desk, 120, 40);
    }

    [Fact]
    public void A_connection_has_a_card()
    {
        var desk = Plant.Busy();
        desk.Report(0, new SessionEvent.Subscribed(new Subscription("sensors/#"), new SubscribeResult(true, "QoS 1")));
        desk.Report(
            0,
            new SessionEvent.Subscribed(new Subscription("secret/#"), new SubscribeResult(false, "not authorized"))
        );
        desk.Paint();
        desk.Press("i");
        Check("connection-80x24", desk, 80, 24);
        Check("connection-120x40", desk, 120, 40);
    }

    [Fact]
    public void Browsing_is_a_table()
    {
        var desk = Plant.Busy();
        desk.Paint();
        desk.Press("b");
        Check("browse-waiting-80x24", desk, 80, 24);
        var generation = desk.State.Find<BrowseState>()!.Generation;
        for (var i = 0; i < 30; i++)
            desk.Take(new BrowseListed(generation, [Retained($"sensors/kiln/{i}/a-rather-long-name", i)]));
        desk.Press("Down", "Down");
        Check("browse-120x40", desk, 120, 40);
        Check("browse-80x24", desk, 80, 24);
        desk.Press("x");
        var action = desk.State.Find<BrowseState>()!.Current!.Actions[0];
        desk.Take(
            new BrowsePlanned(
                generation,
                new ActionPlan(
                    new NodePath("1"),
                    new ActionCall(action, SettingValues.Empty),
                    "clears 12 retained messages",
                    [.. Enumerable.Range(0, 12).Select(number => $"sensors/kiln/{number}")]
                )
            )
        );
        Check("browse-plan-80x24", desk, 80, 24);
    }

    [Fact]
    public void Packets_are_listed_with_their_bytes()
    {
        var desk = Plant.Busy();
        desk.Paint();
        desk.Press("v");
        Check("wire-empty-80x24", desk, 80, 24);
        var generation = desk.State.Find<WireState>()!.Generation;
        for (var i = 0; i < 30; i++)
            desk.Take(new WireSeen(generation, [Packet(desk, i)]));
        Check("wire-120x40", desk, 120, 40);
        desk.Press("g");
        Check("wire-80x24", desk, 80, 24);
    }

    [Fact]
    public void A_terminal_that_is_too_small_gets_a_notice()
    {
        var desk = Plant.Busy();
        Check("small-20x5", desk, 20, 5);
        Check("small-59x14", desk, 59, 14);
        Check("smallest-60x15", desk, 60, 15);
    }

    [Fact]
    public void Long_names_are_cut_where_they_would_break_the_picture()
    {
        var name = "A plant whose name somebody made very long indeed, and then longer still";
        var desk = new Desk(Plant.Profiles.Replace("Plant A", name, StringComparison.Ordinal), s_mqtt);
        var source = desk.Connect(name);
        desk.Receive(source, string.Join('/', Enumerable.Repeat("level-with-a-long-name", 12)), new string('x', 4000));
        desk.Receive(source, "short", "y");
        Check("long-names-120x40", desk, 120, 40);
        desk.Press("p");
        Check("long-names-80x24", desk, 80, 24);
    }

    [Fact]
    public void Hostile_texts_stay_in_their_cells()
    {
        var desk = new Desk(Plant.Profiles, s_mqtt);
        var source = desk.Connect("Bench");
        foreach (var (topic, payload) in Hostile.Messages)
            desk.Receive(source, Plant.Message(desk, topic, payload));
        desk.Paint();
        desk.Press("2", "Right", "3", "Up", "Up", "Up");
        Check("hostile-120x40", desk, 120, 40);
        Check("hostile-80x24", desk, 80, 24);
        desk.Press("4", ".");
        Check("hostile-properties-120x40", desk, 120, 40);
    }

    private static Node Retained(string topic, int number) =>
        new(
            new NodePath("retained").Child(topic),
            "retained topics",
            topic,
            HasChildren: number == 0,
            [new Fact("size", $"{number * 7} B"), new Fact("qos", "1"), new Fact("payload", $"{{\"value\":{number}}}")],
            [new SessionAction("clear", "Clears it.", IsChange: true, [])],
            new Subscription(topic),
            new OutgoingMessage { Topic = topic }
        );

    private static WireRecord Packet(Desk desk, int number) =>
        new(
            desk.Time.GetUtcNow().AddMilliseconds(number * 31),
            number % 3 == 0 ? Direction.Out : Direction.In,
            number % 3 == 0 ? "PUBACK" : "PUBLISH",
            number % 3 == 0 ? $"id {number}" : $"sensors/kiln/{number} QoS 1, 38 B",
            [new Fact("packet id", $"{number}"), new Fact("reason", "0x00 success"), new Fact("topic", "sensors/kiln")],
            Enumerable.Range(0, 64).Select(value => (byte)(value + number)).ToArray(),
            64
        );

    private static void Check(string name, Desk desk, int width, int height)
    {
        var canvas = desk.Paint(width, height);
        Pictures.AssertSound(canvas);
        GoldenFile.Check(name, canvas.Text);
    }
}
