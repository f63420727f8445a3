using System.Diagnostics;
using TraceMQ.Tests.Peers;

namespace TraceMQ.Tests.EndToEnd;

/// <summary>The real program in a real terminal, with keys only.</summary>
public sealed class FullScreenTests
{
    [Fact]
    public async Task The_demo_shows_traffic_that_can_be_filtered_read_and_answered()
    {
        await using var pane = await TerminalPane.StartAsync();
        await pane.ProgramAsync("--demo");
        await pane.SeesAsync("sensors/kiln/1");

        await pane.KeysAsync("/");
        await pane.TypeAsync("topic:sensors/kiln/2 celsius");
        await pane.KeysAsync("Enter");
        await pane.SeesAsync(
            screen =>
                screen.Contains("hits", StringComparison.Ordinal)
                && screen
                    .Split('\n')
                    .Where(line => line.Contains("← Plant A", StringComparison.Ordinal))
                    .Select(line => line.Contains("sensors/kiln/2", StringComparison.Ordinal))
                    .Distinct()
                    .SequenceEqual([true]),
            "only kiln 2"
        );
        await pane.KeysAsync("Up", "Enter");
        await pane.SeesAsync("\"sp\": ");

        // Not Esc and a letter in one breath: that is what a terminal sends for Alt.
        await pane.KeysAsync("3", "p", "C-u");
        await pane.TypeAsync("cmd/kiln/2/set");
        await pane.KeysAsync("Tab");
        await pane.TypeAsync("{\"target\":612}");
        await pane.KeysAsync("C-g");
        await pane.SeesAsync("sent; QoS 0 is not acknowledged");
        await pane.KeysAsync("Escape");
        await pane.SeesAsync(screen => !screen.Contains("Esc close", StringComparison.Ordinal), "the dialog closed");
        await pane.KeysAsync("/", "C-u");
        await pane.TypeAsync("612 topic:cmd/#");
        await pane.SeesAsync("cmd/kiln/2/result");

        await pane.KeysAsync("Enter", "q");
        await pane.SeesAsync("code=0");
        await pane.SeesAsync(
            screen => screen.Split('\n').Contains("icanon", StringComparer.Ordinal),
            "a terminal given back"
        );
    }

    [Fact]
    public async Task A_newcomer_makes_a_profile_connects_it_and_sees_a_message_of_a_real_broker()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var pane = await TerminalPane.StartAsync(80, 24);
        await pane.ProgramAsync("");
        await pane.SeesAsync("There is no profile yet");

        await pane.KeysAsync("1", "+");
        await pane.SeesAsync("New profile");
        await pane.TypeAsync("Lab");
        await pane.KeysAsync("Tab", "Tab", "C-u");
        await pane.TypeAsync($"mqtt://127.0.0.1:{broker.Port}");
        await pane.KeysAsync("Tab");
        await pane.TypeAsync("lab/#");
        await pane.KeysAsync("C-t");
        await pane.SeesAsync("authentication");
        await pane.KeysAsync("C-g");
        await pane.SeesAsync("saved to");
        await pane.KeysAsync("Enter");
        await pane.SeesAsync("granted QoS 0");

        using var sender = Process.Start(
            "mosquitto_pub",
            ["-p", $"{broker.Port}", "-t", "lab/one", "-m", "hello \u001b[2J there"]
        );
        await sender.WaitForExitAsync();
        await pane.KeysAsync("3");
        await pane.SeesAsync("hello ␛[2J there");

        Assert.Contains(
            "[profiles.Lab]",
            await File.ReadAllTextAsync(Path.Combine(pane.Folder, "tracemq", "config.toml")),
            StringComparison.Ordinal
        );
        await pane.KeysAsync("q");
        await pane.SeesAsync("code=0");
    }

    [Theory]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    [InlineData("QUIT", 131)]
    public async Task A_signal_ends_it_with_its_number_and_gives_the_terminal_back(string signal, int code)
    {
        await using var pane = await TerminalPane.StartAsync();
        await pane.ProgramAsync("--demo");
        await pane.SeesAsync("sensors/kiln/1");

        using var kill = Process.Start("kill", [$"-{signal}", $"{await pane.ProcessAsync()}"]);

        await pane.SeesAsync($"code={code}");
        var screen = await pane.SeesAsync(
            text => text.Split('\n').Contains("icanon", StringComparer.Ordinal),
            "a terminal given back"
        );
        Assert.DoesNotContain("Profiles", screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_stops_with_ctrl_z_and_comes_back_with_fg()
    {
        await using var pane = await TerminalPane.StartAsync();
        await pane.RunAsync($"set -m; clear; {TerminalPane.Program} --demo");
        await pane.SeesAsync("sensors/kiln/1");

        await pane.KeysAsync("C-z");
        await pane.SeesAsync("ready>");
        await pane.RunAsync("clear; fg");
        await pane.SeesAsync("sensors/kiln/1");

        await pane.KeysAsync("q");
        await pane.SeesAsync(
            screen =>
                screen.Contains("ready>", StringComparison.Ordinal)
                && !screen.Contains("Profiles", StringComparison.Ordinal),
            "the shell"
        );
    }

    [Fact]
    public async Task It_survives_a_window_that_is_far_too_small()
    {
        await using var pane = await TerminalPane.StartAsync();
        await pane.ProgramAsync("--demo");
        await pane.SeesAsync("sensors/kiln/1");

        await pane.ResizeAsync(20, 5);
        await pane.SeesAsync("TraceMQ needs");
        await pane.ResizeAsync(120, 40);
        await pane.SeesAsync("Profiles");

        await pane.KeysAsync("q");
        await pane.SeesAsync("code=0");
    }

    [Fact]
    public async Task An_old_terminal_without_utf8_gets_ascii()
    {
        await using var pane = await TerminalPane.StartAsync(80, 24, "screen", "C");
        await pane.ProgramAsync("--demo");

        var screen = await pane.SeesAsync("sensors/kiln/1");

        Assert.All(screen, character => Assert.True(character < 0x7f, $"'{character}' is not ASCII"));
        await pane.KeysAsync("q");
        await pane.SeesAsync("code=0");
    }

    [Fact]
    public async Task The_configuration_of_a_hostile_folder_is_ignored()
    {
        await using var pane = await TerminalPane.StartAsync();
        Directory.CreateDirectory(Path.Combine(pane.Folder, ".tui"));
        await File.WriteAllTextAsync(
            Path.Combine(pane.Folder, ".tui", "config.json"),
            """{ "Application.ForceDriver": "nothing", "Application.IsMouseDisabled": true, "Driver.Force16Colors": true, "Application.DefaultKeyBindings": { "Quit": { "All": ["p"] } } }"""
        );
        await pane.ProgramAsync("--demo");
        await pane.SeesAsync("sensors/kiln/1");

        await pane.KeysAsync("p");

        await pane.SeesAsync("Publish to Plant A");
    }

    [Theory]
    [InlineData("TERM=dumb ", "", "cannot show a full screen")]
    [InlineData("", " < /dev/null", "needs a terminal on standard input")]
    [InlineData("", " | cat", "needs a terminal on standard input")]
    public async Task Where_there_is_no_terminal_it_says_so_and_ends_with_2(
        string before,
        string behind,
        string sentence
    )
    {
        using var process = Process.Start(
            new ProcessStartInfo("/bin/sh")
            {
                ArgumentList =
                {
                    "-c",
                    $"script -qec '{before}{TerminalPane.Program} --demo{behind}; echo code=$?' /dev/null",
                },
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardInput = true,
            }
        )!;
        process.StandardInput.Close();

        var output = await process.StandardOutput.ReadToEndAsync();

        Assert.Contains(sentence, output, StringComparison.Ordinal);
        if (behind != " | cat")
            Assert.Contains("code=2", output, StringComparison.Ordinal);
    }
}
