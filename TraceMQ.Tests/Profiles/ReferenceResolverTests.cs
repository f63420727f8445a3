using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tests.Profiles;

public sealed class ReferenceResolverTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tracemq-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Values_come_from_environment_file_command_and_prompt_and_an_escaped_one_stays()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "secret.txt"), "from file\n");

        Assert.Equal("a-b", await ResolveAsync("a-${env:B}"));
        Assert.Equal("from file", await ResolveAsync("${file:secret.txt}"));
        Assert.Equal("first", await ResolveAsync("${command:printf 'first\\nsecond\\n'}"));
        Assert.Equal("typed", await ResolveAsync("${prompt}"));
        Assert.Equal("${env:B}", await ResolveAsync("$${env:B}"));
    }

    [Theory]
    [InlineData("${env:NOT_SET}", "NOT_SET is not set")]
    [InlineData("${file:missing.txt}", "cannot be read")]
    [InlineData("${command:echo why >&2; exit 3}", "ended with 3: why")]
    [InlineData("${command:true}", "wrote nothing")]
    [InlineData("${env:B", "is not closed")]
    public async Task What_leads_nowhere_says_which_setting_and_why(string text, string expected)
    {
        var failure = await Assert.ThrowsAsync<TransportException>(() => ResolveAsync(text));

        Assert.Equal(FailureKind.Configuration, failure.Kind);
        Assert.StartsWith("P: auth.password: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_connects_again_asks_no_question_twice()
    {
        var prompts = new Counted();
        var resolver = new ReferenceResolver(prompts, _folder, _ => null, TimeProvider.System);
        var profile = new RawProfile(
            "P",
            "mqtt",
            new Dictionary<string, RawValue>(StringComparer.Ordinal)
            {
                ["auth.username"] = new RawValue.Text("${prompt}"),
                ["auth.password"] = new RawValue.Text("${prompt}"),
            }
        );

        var own = resolver.ForConnection();
        var first = await own.ResolveAsync(profile, CancellationToken.None);
        var again = await own.ResolveAsync(profile, CancellationToken.None);
        Assert.Equal(first.Values, again.Values);
        Assert.Equal(["P: auth.username", "P: auth.password"], prompts.Asked);

        // Another connection is asked anew: what was typed may have been wrong.
        await resolver.ForConnection().ResolveAsync(profile, CancellationToken.None);
        Assert.Equal(4, prompts.Asked.Count);
    }

    private async Task<string> ResolveAsync(string text)
    {
        var resolver = new ReferenceResolver(
            new Typed(),
            _folder,
            name => name == "B" ? "b" : null,
            TimeProvider.System
        );
        var values = new Dictionary<string, RawValue>(StringComparer.Ordinal)
        {
            ["auth.password"] = new RawValue.Text(text),
        };
        var resolved = await resolver.ResolveAsync(new RawProfile("P", "mqtt", values), CancellationToken.None);
        return ((RawValue.Text)resolved.Values["auth.password"]).Value;
    }

    private sealed class Counted : IPrompts
    {
        public List<string> Asked { get; } = [];

        public Task<Secret?> AskAsync(string question, CancellationToken cancellationToken)
        {
            Asked.Add(question);
            return Task.FromResult<Secret?>(new Secret($"typed {Asked.Count}"));
        }
    }

    private sealed class Typed : IPrompts
    {
        public Task<Secret?> AskAsync(string question, CancellationToken cancellationToken) =>
            Task.FromResult<Secret?>(new Secret("typed"));
    }
}
