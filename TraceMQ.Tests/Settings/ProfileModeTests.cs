using TraceMQ.Tests.Doubles;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Settings;

public sealed class ProfileModeTests
{
    [Fact]
    public void A_setting_of_servers_is_an_error_in_a_client()
    {
        var setting = Setting.Text("x", "X.").OnlyFor(ProfileMode.Server);

        Assert.Equal(ProfileMode.Server, setting.OnlyIn);
        Assert.Equal(ProfileMode.Server, ServerSettings.Reply.OnlyIn);
        Assert.Null(AuthSettings.Username.OnlyIn);
    }

    [Theory]
    [InlineData(UrlUse.Required, false, "it is missing")]
    [InlineData(UrlUse.Required, true, null)]
    [InlineData(UrlUse.Optional, false, null)]
    [InlineData(UrlUse.Optional, true, null)]
    [InlineData(UrlUse.None, false, null)]
    [InlineData(UrlUse.None, true, "fake has none; leave it out")]
    public void A_url_is_there_where_the_protocol_wants_it(UrlUse use, bool isGiven, string? problem)
    {
        var transport = new FakeTransport { Addressing = use };
        var values = new Dictionary<string, RawValue>(StringComparer.Ordinal);
        if (isGiven)
            values["url"] = new RawValue.Text("fake://x");

        var profile = ProfileReader.Read(transport, new RawProfile("p", "fake", values), out var problems);

        Assert.Equal(problem, problems.SingleOrDefault()?.Sentence);
        Assert.Equal(problem is null, profile is not null);
        if (profile is not null)
            Assert.Equal(isGiven ? 1 : 0, profile.Endpoints.Count);
    }

    [Theory]
    [InlineData("client", "only a server has it")]
    [InlineData("server", null)]
    public void A_setting_given_in_the_other_mode_is_said(string mode, string? problem)
    {
        var transport = new FakeTransport { HasReply = true };
        var values = new Dictionary<string, RawValue>(StringComparer.Ordinal)
        {
            ["url"] = new RawValue.Text("fake://x"),
            ["mode"] = new RawValue.Text(mode),
            ["server.reply"] = new RawValue.Text("echo"),
        };

        ProfileReader.Read(transport, new RawProfile("p", "fake", values), out var problems);

        Assert.Equal(problem is null, problems.Count == 0);
        if (problem is not null)
            Assert.StartsWith(problem, problems[0].Sentence, StringComparison.Ordinal);
    }
}
