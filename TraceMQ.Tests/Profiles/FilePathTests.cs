using TraceMQ.Tests.Cli;
using TraceMQ.Tests.Contracts;
using TraceMQ.Tests.Core;
using TraceMQ.Tests.Doubles;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tests.Profiles;

/// <summary>Paths in a file are relative to the file, paths on a command line to the folder that one is in.</summary>
public sealed class FilePathTests : IDisposable
{
    private static readonly string s_home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tracemq-paths-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("certs/me.key", "{folder}/certs/me.key")]
    [InlineData("./me.key", "{folder}/me.key")]
    [InlineData("../me.key", "{parent}/me.key")]
    [InlineData("~/me.key", "{home}/me.key")]
    [InlineData("~me.key", "{folder}/~me.key")]
    [InlineData("/etc/me.key", "/etc/me.key")]
    [InlineData("${env:WHERE}/me.key", "{folder}/keys/me.key")]
    [InlineData("", "")]
    public async Task A_path_in_the_file_is_relative_to_the_file(string written, string expected)
    {
        var resolver = new ReferenceResolver(
            new NoPrompts(),
            _folder.FullName,
            name => name == "WHERE" ? "keys" : null,
            TimeProvider.System
        );

        var profile = await resolver.ReadAsync(new FakeTransport(), Raw(written), CancellationToken.None);

        Assert.Equal(Filled(expected), profile.Values.Get(FakeTransport.KeyFile));
    }

    [Fact]
    public async Task A_path_that_cannot_be_one_says_so_with_its_setting()
    {
        var resolver = new ReferenceResolver(new NoPrompts(), _folder.FullName, _ => "a\0b", TimeProvider.System);

        var failure = await Assert.ThrowsAsync<TransportException>(() =>
            resolver.ReadAsync(new FakeTransport(), Raw("${env:X}"), CancellationToken.None)
        );

        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.Equal("fake.key_file: a path cannot hold a NUL character", failure.Message);
    }

    [Fact]
    public async Task The_full_screen_connects_with_the_path_beside_the_file()
    {
        await using var loop = new LoopHarness(
            "[profiles.P]\nprotocol = \"fake\"\nurl = \"fake://h\"\nfake.key_file = \"me.key\"\n"
        );

        await loop.ConnectAsync("P");

        var path = loop.Transport.LastProfile!.Values.Get(FakeTransport.KeyFile);
        Assert.Equal(Path.Combine(Path.GetDirectoryName(loop.State.Config.Path)!, "me.key"), path);
    }

    [Theory]
    [InlineData("me.key", "{here}/me.key")]
    [InlineData("~/me.key", "{home}/me.key")]
    [InlineData("/etc/me.key", "/etc/me.key")]
    public async Task A_path_on_the_command_line_is_relative_to_where_one_is(string written, string expected)
    {
        var path = await ConnectAsync("P", "--set", $"fake.key_file={written}");

        Assert.Equal(Filled(expected), path);
        Assert.Equal(Filled(expected), await ConnectAsync("fake://h", "--set", $"fake.key_file={written}"));
    }

    [Fact]
    public async Task A_profile_of_the_command_line_has_its_path_from_the_file() =>
        Assert.Equal(Filled("{folder}/saved.key"), await ConnectAsync("P"));

    [Fact]
    public async Task Saving_keeps_the_path_that_was_written()
    {
        var file = Path.Combine(_folder.FullName, "config.toml");
        await File.WriteAllTextAsync(file, Config);
        var transport = new FakeTransport();
        using var store = new ProfileStore(ConfigFile.Load(file, [transport]), [transport]);
        var raw = store.Current.Find("P")!.Raw;
        var values = new Dictionary<string, RawValue>(raw.Values, StringComparer.Ordinal)
        {
            ["auth.username"] = new RawValue.Text("me"),
        };

        var result = await store.SaveAsync(raw with { Values = values }, "P", CancellationToken.None);

        Assert.True(result.IsSaved, result.Text);
        var text = await File.ReadAllTextAsync(file);
        Assert.Contains("fake.key_file = \"saved.key\"", text, StringComparison.Ordinal);
        Assert.Contains("auth.username = \"me\"", text, StringComparison.Ordinal);
    }

    private const string Config =
        "[profiles.P]\nprotocol = \"fake\"\nurl = \"fake://h\"\nfake.key_file = \"saved.key\"\n";

    private async Task<string> ConnectAsync(string target, params string[] more)
    {
        var config = Path.Combine(_folder.FullName, "config.toml");
        await File.WriteAllTextAsync(config, Config);
        var transport = new FakeTransport();
        using var cli = new CliHarness();
        cli.Host = cli.Host with { Transports = [transport] };
        var running = cli.StartAsync(["sub", target, "-t", "a", "--config", config, .. more]);
        await cli.SaysAsync("subscribed a");
        cli.Stop();
        Assert.Equal(0, await running.WaitAsync(Surroundings.Patience));
        return transport.LastProfile!.Values.Get(FakeTransport.KeyFile);
    }

    private string Filled(string path) =>
        path.Replace("{folder}", _folder.FullName, StringComparison.Ordinal)
            .Replace("{parent}", _folder.Parent!.FullName, StringComparison.Ordinal)
            .Replace("{home}", s_home, StringComparison.Ordinal)
            .Replace("{here}", Directory.GetCurrentDirectory(), StringComparison.Ordinal);

    private static RawProfile Raw(string path) =>
        new(
            "P",
            "fake",
            new Dictionary<string, RawValue>(StringComparer.Ordinal)
            {
                ["url"] = new RawValue.Text("fake://h"),
                ["fake.key_file"] = new RawValue.Text(path),
            }
        );

    private sealed class NoPrompts : IPrompts
    {
        public Task<Secret?> AskAsync(string question, CancellationToken cancellationToken) =>
            Task.FromResult<Secret?>(null);
    }
}
