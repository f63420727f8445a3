using TraceMQ.Transport;
using TraceMQ.Tui.Commands;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tests.Docs;

/// <summary>What is generated from the program must be as the program is. TRACEMQ_UPDATE_GENERATED=1 writes it anew.</summary>
public sealed class GeneratedFilesTests
{
    [Fact]
    public void The_sample_configuration_shows_every_setting_as_it_is() => Check("config.sample.toml", _ => Sample());

    [Fact]
    public void The_sample_configuration_reads_without_a_problem()
    {
        var config = ConfigFile.Parse("config.sample.toml", Sample(), Transports.All);

        Assert.Empty(config.Problems);
        Assert.Equal(Transports.All.Count, config.Profiles.Count);
    }

    [Fact]
    public void The_readme_lists_every_setting() =>
        Check("README.md", text => Between(text, "settings", SettingsTable.Generate(Transports.All)));

    [Fact]
    public void The_readme_lists_every_key() =>
        Check("README.md", text => Between(text, "keys", KeysTable.Generate(CommandTable.Default)));

    private static string Sample() =>
        ConfigSample.Generate(
            Transports.All,
            CommandTable
                .Default.All.Where(command => command.Label.Length > 0)
                .Take(4)
                .Select(command => (command.Name, command.Keys))
        );

    private static void Check(string file, Func<string, string> generate)
    {
        var path = Repository.PathOf(file);
        var text = File.Exists(path) ? File.ReadAllText(path) : "";
        var expected = generate(text);
        if (Environment.GetEnvironmentVariable("TRACEMQ_UPDATE_GENERATED") == "1")
            File.WriteAllText(path, expected);
        else
            Assert.True(text == expected, $"{file} is stale: run the tests once with TRACEMQ_UPDATE_GENERATED=1");
    }

    private static string Between(string text, string mark, string content)
    {
        var begin = $"<!-- {mark}:begin -->\n";
        var end = $"<!-- {mark}:end -->";
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        var to = text.IndexOf(end, StringComparison.Ordinal);
        Assert.True(from >= begin.Length && to >= from, $"README.md has no place for {mark}");
        return string.Concat(text.AsSpan(0, from), content, text.AsSpan(to));
    }
}
