using TraceMQ.Tui.Cli;

namespace TraceMQ.Tests.Cli;

public sealed class CliProgramTests
{
    [Fact]
    public async Task Without_arguments_it_is_the_full_screen()
    {
        using var cli = new CliHarness();

        Assert.Equal(0, await cli.RunAsync());

        Assert.NotNull(cli.Screen);
        Assert.False(cli.Screen.IsDemo);
        Assert.Null(cli.Screen.Url);
    }

    [Fact]
    public async Task The_full_screen_gets_what_it_was_asked_for()
    {
        using var cli = new CliHarness();
        await cli.RunAsync("--config", "c.toml", "--profile", "A", "--profile", "B", "--read-only");
        Assert.Equal("c.toml", cli.Screen?.ConfigPath);
        Assert.Equal(["A", "B"], cli.Screen?.Profiles);
        Assert.True(cli.Screen?.IsReadOnly);

        await cli.RunAsync("mqtt://h", "-t", "a", "-t", "b", "--set", "qos=1", "--set", "mqtt.version=3.1.1");
        Assert.Equal("mqtt://h", cli.Screen?.Url);
        Assert.Equal(["a", "b"], cli.Screen?.Topics);
        Assert.Equal(["qos=1", "mqtt.version=3.1.1"], cli.Screen?.Settings);

        await cli.RunAsync("--demo");
        Assert.True(cli.Screen?.IsDemo);
    }

    [Theory]
    [InlineData("subs", "sub?")]
    [InlineData("gopher://h", "mqtt://")]
    [InlineData("mqtt://h --set keep_alive=5s", "mqtt.keep_alive")]
    [InlineData("mqtt://h -t a#b", "a#b")]
    [InlineData("-t a", "URL")]
    [InlineData("mqtt://h --demo", "--demo")]
    [InlineData("--unknown", "--unknown")]
    [InlineData("sub", "PROFILE|URL")]
    [InlineData("sub mqtt://h -t a --format xml", "json, text or raw")]
    [InlineData("sub mqtt://h:99999 -t a", "99999")]
    [InlineData("completion tcsh", "bash, zsh and fish")]
    public async Task Wrong_usage_ends_with_two_and_says_what_would_be_right(string line, string hint)
    {
        using var cli = new CliHarness();

        Assert.Equal(2, await cli.RunAsync(line.Split(' ')));

        Assert.Contains(hint, cli.Errors, StringComparison.Ordinal);
        Assert.Null(cli.Screen);
        Assert.Equal("", cli.Output);
    }

    [Fact]
    public async Task An_error_never_shows_the_credentials_of_a_url()
    {
        using var cli = new CliHarness();

        await cli.RunAsync("sub", "mqtt://me:geheim@127.0.0.1:1", "-t", "a");
        await cli.RunAsync("sub", "mqtt://me:geheim@127.0.0.1:99999", "-t", "a");

        Assert.NotEqual("", cli.Errors);
        Assert.DoesNotContain("geheim", cli.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_command_has_help_that_names_its_options()
    {
        foreach (var command in CompletionWords.Of(new RootCommand()))
        {
            using var cli = new CliHarness();
            Assert.Equal(
                0,
                await cli.RunAsync([.. command.Path.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"])
            );
            Assert.Contains("Usage\n  tracemq", cli.Output, StringComparison.Ordinal);
            Assert.All(
                command.Options,
                option => Assert.Contains(option.Names[^1], cli.Output, StringComparison.Ordinal)
            );
            Assert.All(cli.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 130));
        }
    }

    [Fact]
    public async Task The_version_is_one_line()
    {
        using var cli = new CliHarness();

        Assert.Equal(0, await cli.RunAsync("--version"));

        Assert.Matches(@"^tracemq \d+\.\d+\.\d+\n$", cli.Output);
    }
}
