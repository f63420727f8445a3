using TraceMQ.Tests.Doubles;
using TraceMQ.Tests.Screens;
using TraceMQ.Transport;
using TraceMQ.Transport.Browsing;
using TraceMQ.Transport.Settings;
using TraceMQ.Transport.Wire;
using TraceMQ.Tui.Core;
using TraceMQ.Tui.Screens.Browse;
using TraceMQ.Tui.Screens.Confirm;
using TraceMQ.Tui.Screens.Forms;
using TraceMQ.Tui.Screens.Wire;

namespace TraceMQ.Tests.Core;

public sealed class BrowseAndWireTests
{
    private readonly Desk _desk = new(Fakes.Profiles);

    [Fact]
    public void Nodes_are_listed_once_and_a_newer_one_replaces_its_elder()
    {
        var source = _desk.Connect("one");
        _desk.Do("browse");
        var list = _desk.Only<Effect.ListNodes>();
        Assert.Equal((source, (NodePath?)null), (list.Source, list.Parent));
        _desk.Take(new BrowseListed(list.Generation, [Leaf("a", "1")]));
        _desk.Take(new BrowseListed(list.Generation, [Leaf("b", "1")]));
        _desk.Take(new BrowseListed(list.Generation, [Leaf("a", "2")]));
        _desk.Take(new BrowseListed(list.Generation - 1, [Leaf("stale", "1")]));
        Assert.Equal(["a", "b"], Screen().Nodes.Select(node => node.Name));
        Assert.Equal("2", Screen().Nodes[0].Facts[0].Value);
        _desk.Take(new BrowseEnded(list.Generation));
        Assert.True(Screen().IsDone);
    }

    [Fact]
    public void Enter_goes_down_and_back_up_and_ends_the_listing_before()
    {
        _desk.Connect("one");
        _desk.Do("browse");
        var roots = _desk.Only<Effect.ListNodes>();
        _desk.Take(new BrowseListed(roots.Generation, [Leaf("folder", "1") with { HasChildren = true }]));
        _desk.Do("browse-open");
        Assert.Contains(new Effect.EndReading(roots.Generation), _desk.Effects);
        Assert.Equal(new NodePath("folder"), _desk.Only<Effect.ListNodes>().Parent);
        _desk.Do("back");
        Assert.Null(_desk.Only<Effect.ListNodes>().Parent);
        _desk.Do("back");
        Assert.Null(_desk.State.Top);
        _desk.Only<Effect.EndReading>();
    }

    [Fact]
    public void A_leaf_is_subscribed()
    {
        _desk.Connect("one");
        _desk.Do("browse");
        _desk.Take(new BrowseListed(Screen().Generation, [Leaf("a", "1")]));
        _desk.Do("browse-open");
        Assert.Equal("a", _desk.Only<Effect.Subscribe>().Subscription.Topic);
        Assert.Null(_desk.State.Top);
    }

    [Fact]
    public void An_action_is_planned_shown_and_done_only_then()
    {
        var source = _desk.Connect("one");
        _desk.Do("browse");
        _desk.Take(new BrowseListed(Screen().Generation, [Leaf("a", "1")]));
        _desk.Do("browse-act");
        var asked = _desk.Only<Effect.PlanAction>();
        var plan = new ActionPlan(asked.Node, asked.Call, "clears 1", ["a"]);
        _desk.Take(new BrowsePlanned(asked.Generation + 1, plan));
        Assert.IsType<BrowseState>(_desk.State.Top);
        _desk.Take(new BrowsePlanned(asked.Generation, plan));
        Assert.IsType<ConfirmState>(_desk.State.Top);
        Assert.DoesNotContain(_desk.Effects, effect => effect is Effect.RunAction);
        _desk.Take(new FormSubmitted());
        Assert.Equal(new Effect.RunAction(source, plan, asked.Generation), _desk.Only<Effect.RunAction>());
        _desk.Take(new BrowseActed(asked.Generation));
        _desk.Only<Effect.ListNodes>();
    }

    [Fact]
    public void Where_there_is_a_choice_a_form_asks_which_action_and_with_what()
    {
        _desk.Connect("one");
        _desk.Do("browse");
        var pattern = Setting.Text("pattern", "Which.");
        var node = Leaf("a", "1") with
        {
            Actions =
            [
                new SessionAction("clear", "Clears it.", IsChange: true, []),
                new SessionAction("trim", "Trims it.", IsChange: true, [pattern]),
            ],
        };
        _desk.Take(new BrowseListed(Screen().Generation, [node]));
        _desk.Do("browse-act");
        Assert.Equal("clear", Assert.IsType<ActionState>(_desk.State.Top).Verb);
        _desk.Take(new FieldTyped("action", "trim"));
        _desk.Take(new FieldTyped("pattern", "x*"));
        _desk.Take(new FormSubmitted());

        var asked = _desk.Only<Effect.PlanAction>();
        Assert.Equal("trim", asked.Call.Action.Name);
        Assert.Equal("x*", asked.Call.Values.Get(pattern));
    }

    [Fact]
    public void What_changes_nothing_is_done_without_asking_and_a_read_only_connection_offers_only_that()
    {
        _desk.Connect("two");
        _desk.Do("browse");
        var node = Leaf("a", "1") with
        {
            Actions =
            [
                new SessionAction("clear", "Clears it.", IsChange: true, []),
                new SessionAction("ping", "Pings it.", IsChange: false, []),
            ],
        };
        _desk.Take(new BrowseListed(Screen().Generation, [node]));
        _desk.Do("browse-act");
        var asked = _desk.Only<Effect.PlanAction>();
        Assert.Equal("ping", asked.Call.Action.Name);
        _desk.Take(new BrowsePlanned(asked.Generation, new ActionPlan(asked.Node, asked.Call, "pings", [])));

        _desk.Only<Effect.RunAction>();
    }

    [Fact]
    public void One_key_does_what_changes_nothing_and_needs_to_be_told_nothing()
    {
        _desk.Connect("one");
        _desk.Do("browse");
        var node = Leaf("a", "1") with
        {
            Actions =
            [
                new SessionAction("clear", "Clears it.", IsChange: true, []),
                new SessionAction("lose", "Loses some.", IsChange: false, [Setting.Text("share", "How much.")]),
                new SessionAction("get", "Fetches it.", IsChange: false, []),
            ],
        };
        _desk.Take(new BrowseListed(Screen().Generation, [node, Leaf("b", "1")]));
        _desk.Do("browse-fetch");
        Assert.Equal("get", _desk.Only<Effect.PlanAction>().Call.Action.Name);
        _desk.Take(new NodeSelected(1));
        Assert.Contains("nothing", BrowseUpdate.WhyNoFetch(_desk.State), StringComparison.Ordinal);
    }

    [Fact]
    public void A_listing_that_is_made_again_keeps_the_selected_node()
    {
        _desk.Connect("one");
        _desk.Do("browse");
        _desk.Take(new BrowseListed(Screen().Generation, [Leaf("a", "1"), Leaf("b", "1"), Leaf("c", "1")]));
        _desk.Take(new NodeSelected(2));
        _desk.Do("browse-again");
        _desk.Take(new BrowseListed(Screen().Generation, [Leaf("a", "1")]));
        Assert.Equal("a", Screen().Current!.Name);
        _desk.Take(new BrowseListed(Screen().Generation, [Leaf("new", "1"), Leaf("c", "1")]));
        Assert.Equal("c", Screen().Current!.Name);
    }

    [Fact]
    public void The_form_of_an_action_begins_with_what_is_there()
    {
        _desk.Connect("one");
        _desk.Do("browse");
        var content = Setting.Text("content", "What.");
        var node = Leaf("a", "1") with
        {
            Actions =
            [
                new SessionAction("edit", "Edits it.", IsChange: true, [content])
                {
                    Begins = SettingValues.Empty.With(content, "as it was"),
                },
            ],
        };
        _desk.Take(new BrowseListed(Screen().Generation, [node]));
        _desk.Do("browse-act");
        Assert.Equal("as it was", Assert.IsType<ActionState>(_desk.State.Top).TextOf("content"));
        _desk.Take(new FieldTyped("content", ""));
        _desk.Take(new FormSubmitted());
        Assert.Equal("", _desk.Only<Effect.PlanAction>().Call.Values.Get(content));
    }

    [Fact]
    public void Nodes_that_are_gone_leave_and_the_selection_stays_on_its_own()
    {
        _desk.Connect("one");
        _desk.Do("browse");
        Node[] nodes = [.. Enumerable.Range(0, 6).Select(i => Leaf($"n{i}", "1"))];
        _desk.Take(new BrowseListed(Screen().Generation, nodes));
        _desk.Take(new NodeSelected(4));

        _desk.Take(
            new BrowseListed(Screen().Generation, [nodes[0] with { IsGone = true }, nodes[2] with { IsGone = true }])
        );

        Assert.Equal(["n1", "n3", "n4", "n5"], Screen().Nodes.Select(node => node.Name));
        Assert.Equal("n4", Screen().Current!.Name);
        _desk.Take(new BrowseListed(Screen().Generation, [nodes[4] with { IsGone = true }, nodes[4]]));
        Assert.Contains(Screen().Nodes, node => node.Name == "n4");
    }

    [Fact]
    public void A_production_system_asks_for_its_name_and_a_read_only_one_refuses()
    {
        _desk.Connect("live");
        _desk.Do("browse");
        _desk.Take(new BrowseListed(Screen().Generation, [Leaf("a", "1")]));
        _desk.Do("browse-act");
        var asked = _desk.Only<Effect.PlanAction>();
        _desk.Take(new BrowsePlanned(asked.Generation, new ActionPlan(asked.Node, asked.Call, "clears 1", ["a"])));
        _desk.Take(new FormSubmitted());
        Assert.DoesNotContain(_desk.Effects, effect => effect is Effect.RunAction);

        var other = new Desk(Fakes.Profiles);
        other.Connect("two");
        other.Do("browse");
        other.Take(new BrowseListed(other.State.Find<BrowseState>()!.Generation, [Leaf("a", "1")]));
        other.Do("browse-act");
        Assert.DoesNotContain(other.Effects, effect => effect is Effect.PlanAction);
        Assert.Contains("read-only", other.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Packets_are_bounded_numbered_and_stop_being_kept_when_left()
    {
        _desk.Connect("one");
        _desk.Do("wire");
        var read = _desk.Only<Effect.ReadWire>();
        for (var i = 0; i < WireState.Capacity + 10; i++)
            _desk.Take(new WireSeen(read.Generation, [Packet(i)]));
        var wire = _desk.State.Find<WireState>()!;
        Assert.Equal((WireState.Capacity, WireState.Capacity + 10), (wire.Count, (int)wire.Total));
        Assert.Equal(WireState.Capacity, wire.Packets.Count());
        Assert.Equal(11, wire.Packets.First().Number);
        _desk.Take(new WireSeen(read.Generation - 1, [Packet(0)]));
        Assert.Same(wire, _desk.State.Find<WireState>());
        _desk.Do("back");
        Assert.Equal(read.Generation, _desk.Only<Effect.EndReading>().Generation);
        _desk.Take(new WireSeen(read.Generation, [Packet(0)]));
        Assert.Null(_desk.State.Top);
    }

    private BrowseState Screen() => _desk.State.Find<BrowseState>()!;

    private static Node Leaf(string name, string value) =>
        new(
            new NodePath(name),
            "things",
            name,
            HasChildren: false,
            [new Fact("value", value)],
            [new SessionAction("clear", "Clears it.", IsChange: true, [])],
            new Subscription(name),
            new OutgoingMessage { Topic = name }
        );

    private static WireRecord Packet(int number) =>
        new(DateTimeOffset.UnixEpoch, Direction.In, "PUBLISH", $"{number}", [], new byte[4], 4);
}
