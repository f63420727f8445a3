using TraceMQ.Tests.Doubles;

namespace TraceMQ.Tests.Cli;

public sealed class ProfilesTests : IDisposable
{
    private const string Good = """
        [profiles.One]
        protocol = "fake"
        url = "fake://me:geheim@one"
        subscribe = ["a/#"]
        auth.password = "${prompt}"

        [profiles."Two words"]
        protocol = "fake"
        url = "fake://two"
        read_only = true
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tracemq-cli-");

    private string Config => Path.Combine(_folder.FullName, "config.toml");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task List_shows_names_and_urls_without_credentials()
    {
        using var cli = await StartAsync(Good);
        Assert.Equal(0, await cli.RunAsync("profiles", "list"));
        Assert.Contains("Two words", cli.Output, StringComparison.Ordinal);
        Assert.Contains("fake://one:4000", cli.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", cli.Output, StringComparison.Ordinal);

        using var names = await StartAsync(Good);
        await names.RunAsync("profiles", "list", "--names");
        Assert.Equal("One\nTwo words\n", names.Output);
    }

    [Fact]
    public async Task Check_says_every_problem_with_its_place()
    {
        using (var good = await StartAsync(Good))
            Assert.Equal(0, await good.RunAsync("profiles", "check"));
        using var cli = await StartAsync(Good + "\nreed_only = 1\nurll = 2\n");

        Assert.Equal(2, await cli.RunAsync("profiles", "check"));

        var lines = cli.Errors.Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.StartsWith(Config + ":", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sub_takes_the_profiles_list_and_asks_for_a_prompt_once()
    {
        var asked = 0;
        using var cli = await StartAsync(
            Good,
            _ =>
            {
                asked++;
                return "pw";
            }
        );
        var running = cli.StartAsync("sub", "One");
        await cli.SaysAsync("subscribed a/#");
        var transport = (FakeTransport)cli.Host.Transports[0];
        transport.Sessions[0].Lose(TraceMQ.Transport.FailureKind.Lost, "gone");
        await cli.SaysAsync("connected again");
        cli.Stop();

        Assert.Equal(0, await running.WaitAsync(Contracts.Surroundings.Patience));
        Assert.Equal(1, asked);
        Assert.Equal(
            "pw",
            transport.LastProfile?.Values.Get(TraceMQ.Transport.Settings.AuthSettings.Password).Reveal()
        );
    }

    [Theory]
    [InlineData("sub One", "no terminal to ask on")]
    [InlineData("sub Onne", "\"One\"")]
    [InlineData("pub Two_words -t a x", "read-only")]
    public async Task What_a_profile_does_not_allow_is_a_line_and_exit_two(string line, string hint)
    {
        using var cli = await StartAsync(Good);

        Assert.Equal(2, await cli.RunAsync([.. line.Split(' ').Select(word => word.Replace('_', ' '))]));

        Assert.Contains(hint, cli.Errors, StringComparison.Ordinal);
        Assert.Empty(((FakeTransport)cli.Host.Transports[0]).Sessions);
    }

    [Fact]
    public async Task An_export_holds_no_secret_and_comes_back_by_import()
    {
        using var cli = await StartAsync(Good);
        Assert.Equal(0, await cli.RunAsync("profiles", "export", "One"));
        Assert.DoesNotContain("geheim", cli.Output + cli.Errors, StringComparison.Ordinal);
        var file = Path.Combine(_folder.FullName, "shared.toml");
        await File.WriteAllTextAsync(file, cli.Output);

        Assert.Equal(0, await cli.RunAsync("profiles", "import", file));

        Assert.Contains("One 2", await File.ReadAllTextAsync(Config), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_import_that_would_run_something_needs_a_yes()
    {
        var file = Path.Combine(_folder.FullName, "shared.toml");
        await File.WriteAllTextAsync(
            file,
            "[profiles.X]\nprotocol = \"fake\"\nurl = \"fake://x\"\nauth.password = \"${command:rm -rf /}\"\n"
        );
        using var cli = await StartAsync(Good);
        Assert.Equal(2, await cli.RunAsync("profiles", "import", file));
        Assert.Contains("rm -rf /", cli.Errors, StringComparison.Ordinal);
        Assert.Equal(Good, await File.ReadAllTextAsync(Config));

        Assert.Equal(0, await cli.RunAsync("profiles", "import", file, "--yes"));
        Assert.Contains("profiles.X", await File.ReadAllTextAsync(Config), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_that_sub_writes_is_what_pub_sends()
    {
        using var from = SubTests.FakeCli(out var transport);
        var running = from.StartAsync("sub", "fake://x", "-t", "a", "--format", "json", "-n", "1", "--filter", "!no");
        var session = await transport.NextSessionAsync();
        session.Receive("a", "no");
        session.Receive("a", [0xff, 1], new TraceMQ.Transport.Header("unit", "C"));
        Assert.Equal(0, await running.WaitAsync(Contracts.Surroundings.Patience));

        using var to = SubTests.FakeCli(out var target, from.Output);
        Assert.Equal(0, await to.RunAsync("pub", "fake://y", "--json"));

        var sent = Assert.Single(target.Sessions[0].Published);
        Assert.Equal("a", sent.Topic);
        Assert.Equal(new byte[] { 0xff, 1 }, sent.Payload.ToArray());
        Assert.Equal("unit", Assert.Single(sent.Headers).Name);
        Assert.Equal(1, sent.Options.Get(FakeTransport.Qos));
    }

    private async Task<CliHarness> StartAsync(string toml, Func<string, string?>? ask = null)
    {
        await File.WriteAllTextAsync(Config, toml);
        var cli = new CliHarness(ask: ask);
        cli.Host = cli.Host with { Transports = [new FakeTransport()] };
        cli.Variables["TRACEMQ_CONFIG"] = Config;
        return cli;
    }
}
