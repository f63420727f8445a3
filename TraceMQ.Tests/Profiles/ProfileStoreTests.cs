using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tests.Profiles;

public sealed class ProfileStoreTests : IDisposable
{
    private const string Text = """
        # my brokers
        [ui]
        theme = "dark" # like it

        # the plant
        [profiles."Plant A"]
        protocol = "mqtt"
        url = "mqtt://a" # was b
        # keep an eye on it
        mqtt.keep_alive = "30s"

        # the lab
        [profiles.Lab]
        protocol = "mqtt"
        url = "mqtt://lab"

        [keys]
        publish = "P"
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("tracemq-test-").FullName;

    private string FilePath => Path.Combine(_folder, "sub", "config.toml");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_first_save_makes_folder_and_file_for_the_user_alone()
    {
        using var store = new ProfileStore(ConfigFile.Empty(FilePath), Transports.All);

        var result = await store.SaveAsync(Profile("A", ("url", "mqtt://h")), replacing: null, CancellationToken.None);

        Assert.True(result.IsSaved, result.Text);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        Assert.Equal("A", Assert.Single(ConfigFile.Load(FilePath, Transports.All).Profiles).Name);
    }

    [Fact]
    public async Task A_change_leaves_every_other_byte_as_it_is()
    {
        using var store = Open(Text);
        var changed = With(store.Current.Find("Plant A")!.Raw, "url", "mqtt://b");

        var result = await store.SaveAsync(changed, "Plant A", CancellationToken.None);

        Assert.True(result.IsSaved, result.Text);
        Assert.Equal(
            Text.Replace("\"mqtt://a\"", "\"mqtt://b\"", StringComparison.Ordinal),
            await File.ReadAllTextAsync(FilePath)
        );
    }

    [Fact]
    public async Task A_new_key_goes_behind_the_profiles_last_and_a_removed_one_takes_its_line()
    {
        using var store = Open(Text);
        var raw = store.Current.Find("Plant A")!.Raw;
        var values = new Dictionary<string, RawValue>(raw.Values, StringComparer.Ordinal)
        {
            ["group"] = new RawValue.Text("prod"),
        };
        values.Remove("mqtt.keep_alive");

        var result = await store.SaveAsync(raw with { Values = values }, "Plant A", CancellationToken.None);

        Assert.True(result.IsSaved, result.Text);
        var text = await File.ReadAllTextAsync(FilePath);
        Assert.Contains("# keep an eye on it\ngroup = \"prod\"\n\n# the lab", text, StringComparison.Ordinal);
        Assert.DoesNotContain("keep_alive", text, StringComparison.Ordinal);
        Assert.Contains("url = \"mqtt://a\" # was b", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rename_changes_the_header_and_nothing_else()
    {
        using var store = Open(Text);

        var result = await store.SaveAsync(
            store.Current.Find("Plant A")!.Raw with
            {
                Name = "Plant \"B\"",
            },
            "Plant A",
            CancellationToken.None
        );

        Assert.True(result.IsSaved, result.Text);
        Assert.Equal(
            Text.Replace("\"Plant A\"", "\"Plant \\\"B\\\"\"", StringComparison.Ordinal),
            await File.ReadAllTextAsync(FilePath)
        );
    }

    [Fact]
    public async Task A_deleted_profile_takes_its_own_comment_with_it_and_comes_back_whole()
    {
        using var store = Open(Text);

        Assert.True((await store.RemoveAsync("Plant A", CancellationToken.None)).IsSaved);
        var without = await File.ReadAllTextAsync(FilePath);
        Assert.DoesNotContain("the plant", without, StringComparison.Ordinal);
        Assert.Contains("# the lab\n[profiles.Lab]", without, StringComparison.Ordinal);
        Assert.Contains("theme = \"dark\" # like it", without, StringComparison.Ordinal);

        Assert.True((await store.RestoreAsync(CancellationToken.None)).IsSaved);
        Assert.Equal(Text, await File.ReadAllTextAsync(FilePath));
    }

    [Theory]
    [InlineData("[profiles.A]\nprotocol = \"mqtt\"\nurl = \"mqtt://h\"")]
    [InlineData("[profiles.A]\r\nprotocol = \"mqtt\"\r\nurl = \"mqtt://h\"\r\n# end")]
    [InlineData("# only a comment")]
    [InlineData("")]
    public async Task A_profile_is_added_whatever_the_file_ends_with(string before)
    {
        using var store = Open(before);

        var result = await store.SaveAsync(
            Profile("New", ("url", "mqtt://n"), ("group", "x")),
            replacing: null,
            CancellationToken.None
        );

        Assert.True(result.IsSaved, result.Text);
        var after = ConfigFile.Load(FilePath, Transports.All);
        Assert.Empty(after.Problems);
        Assert.StartsWith(before, after.Text, StringComparison.Ordinal);
        Assert.NotNull(after.Find("New"));
    }

    [Fact]
    public async Task A_file_that_changed_on_disk_is_not_overwritten()
    {
        using var store = Open(Text);
        await File.AppendAllTextAsync(FilePath, "\n# somebody else\n");

        var result = await store.SaveAsync(
            Profile("New", ("url", "mqtt://n")),
            replacing: null,
            CancellationToken.None
        );

        Assert.False(result.IsSaved);
        Assert.Contains("changed by somebody else", result.Text, StringComparison.Ordinal);
        Assert.EndsWith("# somebody else\n", await File.ReadAllTextAsync(FilePath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_symbolic_link_stays_one()
    {
        using var first = Open(Text);
        var link = Path.Combine(_folder, "link.toml");
        File.CreateSymbolicLink(link, FilePath);
        using var store = new ProfileStore(ConfigFile.Load(link, Transports.All), Transports.All);

        Assert.True(
            (
                await store.SaveAsync(Profile("New", ("url", "mqtt://n")), replacing: null, CancellationToken.None)
            ).IsSaved
        );

        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.Contains("[profiles.New]", await File.ReadAllTextAsync(FilePath), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_written_leaves_the_file_and_says_so()
    {
        using var store = Open(Text);
        // A folder cannot be replaced by a file, root or not.
        File.Delete(FilePath);
        using var blocked = new ProfileStore(
            ConfigFile.Empty(Path.Combine(FilePath, "impossible", "config.toml")),
            Transports.All
        );
        await File.WriteAllTextAsync(FilePath, "in the way");

        var result = await blocked.SaveAsync(
            Profile("New", ("url", "mqtt://n")),
            replacing: null,
            CancellationToken.None
        );

        Assert.False(result.IsSaved);
        Assert.Contains("could not be written, and is as it was", result.Text, StringComparison.Ordinal);
        Assert.Equal("in the way", await File.ReadAllTextAsync(FilePath));
    }

    [Fact]
    public async Task A_profile_inside_an_inline_table_is_left_to_a_person()
    {
        const string Inline = "[profiles]\nA = { protocol = \"mqtt\", url = \"mqtt://h\" }\n";
        using var store = Open(Inline);

        var result = await store.SaveAsync(
            With(store.Current.Find("A")!.Raw, "url", "mqtt://x"),
            "A",
            CancellationToken.None
        );

        Assert.False(result.IsSaved);
        Assert.Equal(Inline, await File.ReadAllTextAsync(FilePath));
    }

    private ProfileStore Open(string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, text);
        return new ProfileStore(ConfigFile.Load(FilePath, Transports.All), Transports.All);
    }

    private static RawProfile Profile(string name, params (string Key, string Value)[] values) =>
        new(
            name,
            "mqtt",
            values.ToDictionary(
                item => item.Key,
                item => (RawValue)new RawValue.Text(item.Value),
                StringComparer.Ordinal
            )
        );

    private static RawProfile With(RawProfile raw, string key, string value) =>
        raw with
        {
            Values = new Dictionary<string, RawValue>(raw.Values, StringComparer.Ordinal)
            {
                [key] = new RawValue.Text(value),
            },
        };
}
