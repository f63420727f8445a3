using System.Reflection;
using TraceMQ.Transport;
using TraceMQ.Tui.Core;

namespace TraceMQ.Tests.Architecture;

/// <summary>Which rooms of the house may know which, over the built assemblies.</summary>
public sealed class DependencyRulesTests
{
    private const string Tui = "TraceMQ.Tui.";
    private const string Transport = "TraceMQ.Transport.";

    private static readonly IReadOnlySet<TypeUse> s_tui = AssemblyUses.Of(typeof(AppState).Assembly);
    private static readonly IReadOnlySet<TypeUse> s_transport = AssemblyUses.Of(typeof(ITransport).Assembly);

    private static readonly string[] s_protocols =
    [
        .. typeof(ITransport)
            .Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false } && typeof(ITransport).IsAssignableFrom(type))
            .Select(type => type.Namespace! + "."),
    ];

    [Fact]
    public void Only_the_screens_and_the_terminal_know_Terminal_Gui() =>
        OnlyIn(s_tui, ["Terminal.Gui."], [Tui + "Screens.", Tui + "Terminal."]);

    [Fact]
    public void Only_effects_command_line_and_demo_touch_sessions()
    {
        string[] mayTouch = [Tui + "Core.Effects.", Tui + "Cli.", Tui + "Demo."];
        OnlyIn(s_tui, [Transport + "Sessions.SessionSupervisor"], mayTouch);
        Assert.Empty(Violations(s_tui, [Transport + "ISession"], mayTouch));
    }

    [Fact]
    public void Nothing_connects_but_through_the_supervisor()
    {
        string[] doors = [Transport + "ITransport::ConnectAsync", Transport + "ITransport::ListenAsync"];
        OnlyIn(s_transport, doors, [Transport + "Sessions.", .. s_protocols]);
        Assert.Empty(Violations(s_tui, doors, []));
    }

    [Fact]
    public void Only_the_profiles_know_the_library_for_TOML() => OnlyIn(s_tui, ["Tomlyn."], [Tui + "Profiles."]);

    [Fact]
    public void Only_its_own_folder_knows_a_client_library()
    {
        OnlyIn(s_transport, ["MQTTnet."], [Transport + "Mqtt."]);
        Assert.Empty(Violations(s_tui, ["MQTTnet."], []));
        OnlyIn(s_transport, ["Confluent."], [Transport + "Kafka."]);
        Assert.Empty(Violations(s_tui, ["Confluent."], []));
    }

    [Fact]
    public void No_protocol_names_another_and_only_the_list_names_one()
    {
        Assert.NotEmpty(s_protocols);
        foreach (var protocol in s_protocols)
        {
            OnlyIn(s_transport, [protocol], [protocol, Transport + "Transports"]);
            Assert.Empty(Violations(s_tui, [protocol], []));
        }
    }

    [Fact]
    public void No_screen_asks_for_the_name_of_a_protocol()
    {
        string[] names = [.. Transports.All.Select(transport => "'" + transport.Protocol)];
        string[] rooms = [Tui + "Screens.", Tui + "Core.", Tui + "Commands.", Tui + "Messages.", Tui + "Payloads."];
        var asks = s_tui.Where(use => rooms.Any(use.From.StartsWith) && names.Contains(use.To, StringComparer.Ordinal));
        Assert.Empty(asks);
        Assert.Contains(s_tui, use => names.Contains(use.To, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Messages.", "Screens. Core. Commands. Terminal. Cli. Profiles. Demo.")]
    [InlineData("Payloads.", "Screens. Core. Commands. Terminal. Cli. Profiles. Demo. Messages.")]
    [InlineData("Profiles.", "Screens. Core. Commands. Terminal. Cli. Demo. Messages. Payloads.")]
    [InlineData("Text.", "Screens. Core. Commands. Terminal. Cli. Demo. Messages. Payloads. Profiles.")]
    [InlineData("Core.", "Terminal. Cli. Demo.")]
    [InlineData("Commands.", "Terminal. Cli. Demo.")]
    [InlineData("Terminal.", "Screens. Core. Commands. Cli. Demo. Messages. Payloads. Profiles.")]
    [InlineData("Screens.", "Cli. Demo.")]
    [InlineData("Cli.", "Screens. Core. Commands. Terminal. Demo.")]
    public void A_room_knows_only_those_below_it(string room, string above)
    {
        var forbidden = above.Split(' ').Select(name => Tui + name).ToArray();
        Assert.Contains(s_tui, use => use.From.StartsWith(Tui + room, StringComparison.Ordinal));
        Assert.DoesNotContain(
            Violations(s_tui, forbidden, []),
            use => use.From.StartsWith(Tui + room, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void What_the_loop_calls_never_paints()
    {
        var views = typeof(AppState)
            .Assembly.GetTypes()
            .Where(type =>
                !type.IsInterface
                && (
                    typeof(Tui.Screens.IPane).IsAssignableFrom(type)
                    || typeof(Tui.Screens.IOverlayScreen).IsAssignableFrom(type)
                )
            )
            .Select(type => type.FullName!)
            .Append(Tui + "Screens.Main.MainScreen")
            .ToArray();
        Assert.True(views.Length > 5);
        Assert.DoesNotContain(
            s_tui,
            use =>
                views.Contains(use.To, StringComparer.Ordinal)
                && (
                    use.From.StartsWith(Tui + "Core.", StringComparison.Ordinal)
                    || use.From.StartsWith(Tui + "Commands.", StringComparison.Ordinal)
                    || use.From.EndsWith("Update", StringComparison.Ordinal)
                )
        );
    }

    [Fact]
    public void The_scanner_sees_signatures_code_generics_lambdas_and_texts()
    {
        var mine = AssemblyUses
            .Of(Assembly.GetExecutingAssembly())
            .Where(use => use.From == typeof(DependencyRulesTests).FullName)
            .Select(use => use.To)
            .ToHashSet(StringComparer.Ordinal);
        Assert.Superset(
            new HashSet<string>(StringComparer.Ordinal)
            {
                "System.Uri",
                "System.Version",
                "System.Text.StringBuilder",
                "System.Threading.Barrier",
                "System.Threading.Barrier::get_ParticipantCount",
                "System.IO.FileNotFoundException",
                "'a text",
            },
            mine
        );
    }

    // A rule that finds nothing forbidden because it looks at nothing would always pass: each must also see what is allowed.
    private static void OnlyIn(IReadOnlySet<TypeUse> uses, string[] what, string[] where)
    {
        Assert.Empty(Violations(uses, what, where));
        Assert.NotEmpty(Violations(uses, what, []));
    }

    private static TypeUse[] Violations(IReadOnlySet<TypeUse> uses, string[] what, string[] where) =>
        [
            .. uses.Where(use =>
                what.Any(name => Names(use.To, name)) && !where.Any(name => Names(use.From, name)) && use.From != use.To
            ),
        ];

    private static bool Names(string type, string rule) =>
        rule.EndsWith('.') ? type.StartsWith(rule, StringComparison.Ordinal) : type == rule;

    private sealed class Holder<T>
    {
        public T? Held { get; init; }
    }

    private static class Specimen
    {
        public static Uri? Signature(Holder<Version> generic) => generic.Held is null ? null : new Uri("a text");

        public static int Body()
        {
            try
            {
                return new System.Text.StringBuilder().Length;
            }
            catch (FileNotFoundException)
            {
                Func<object, int> lambda = item => ((Barrier)item).ParticipantCount;
                return lambda("");
            }
        }
    }
}
