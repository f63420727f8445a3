using CsCheck;
using TraceMQ.Transport;
using TraceMQ.Transport.Settings;
using TraceMQ.Tui.Profiles;

namespace TraceMQ.Tests.Profiles;

public sealed class ConfigFileTests
{
    [Fact]
    public void Sub_tables_dotted_keys_and_inline_tables_mean_the_same()
    {
        const string Dotted =
            "[profiles.A]\nprotocol = \"mqtt\"\nurl = \"mqtt://h\"\nauth.username = \"me\"\nmqtt.user_properties.team = \"ops\"\n";
        const string Sub =
            "[profiles.A]\nprotocol = \"mqtt\"\nurl = \"mqtt://h\"\n[profiles.A.auth]\nusername = \"me\"\n[profiles.A.mqtt]\nuser_properties = { team = \"ops\" }\n";
        const string Inline =
            "[profiles]\nA = { protocol = \"mqtt\", url = \"mqtt://h\", auth = { username = \"me\" }, mqtt = { user_properties = { team = \"ops\" } } }\n";

        var all = new[] { Dotted, Sub, Inline }.Select(text => Parse(text)).ToArray();

        Assert.All(all, config => Assert.Empty(config.Problems));
        Assert.All(
            all,
            config => Assert.True(RawValues.AreEqual(all[0].Profiles[0].Raw.Values, config.Profiles[0].Raw.Values))
        );
        Assert.True(all[0].Profiles[0].Raw.Values.ContainsKey("mqtt.user_properties"));
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once_with_its_place()
    {
        var config = Parse(
            """
            [ui]
            theme = "pink"
            colours = "16"

            [profiles."Plant A"]
            protocol = "mqtt"
            url = "mqtt://host:99999"
            auth.usrname = "me"
            mqtt.keep_alive = 5

            [profiles.B]
            url = "mqtt://h"

            [profiles.C]
            protocol = "natz"

            [stroe]
            """
        );

        var said = config.Problems.Select(problem => problem.ToString()).ToArray();
        Assert.Contains(said, line => line.StartsWith("f.toml:2:1: ui.theme: write one of", StringComparison.Ordinal));
        Assert.Contains(
            said,
            line =>
                line.StartsWith("f.toml:3:1: ui.colours: ", StringComparison.Ordinal)
                && line.Contains("ui.colors", StringComparison.Ordinal)
        );
        Assert.Contains(
            said,
            line =>
                line.StartsWith("f.toml:7:1: profiles.\"Plant A\".url: \"99999\" is no port", StringComparison.Ordinal)
        );
        Assert.Contains(
            said,
            line =>
                line.StartsWith("f.toml:8:1: ", StringComparison.Ordinal)
                && line.Contains("auth.username", StringComparison.Ordinal)
        );
        Assert.Contains(
            said,
            line =>
                line.StartsWith("f.toml:9:1: ", StringComparison.Ordinal)
                && line.Contains("duration", StringComparison.Ordinal)
        );
        Assert.Contains(
            said,
            line => line.StartsWith("f.toml:11:1: profiles.B.protocol: it is missing", StringComparison.Ordinal)
        );
        Assert.Contains(
            said,
            line => line.StartsWith("f.toml:15:1: profiles.C.protocol: there is no protocol", StringComparison.Ordinal)
        );
        Assert.Contains(
            said,
            line =>
                line.StartsWith("f.toml:17:1: stroe: ", StringComparison.Ordinal)
                && line.Contains("store", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void One_bad_profile_does_not_hide_the_others()
    {
        var config = Parse(
            "[profiles.Bad]\nprotocol = \"mqtt\"\n[profiles.Good]\nprotocol = \"mqtt\"\nurl = \"mqtt://h\"\n"
        );

        Assert.Equal(["Bad", "Good"], config.Profiles.Select(entry => entry.Name));
        Assert.NotEmpty(config.Find("Bad")!.Problems);
        Assert.Empty(config.Find("Good")!.Problems);
    }

    [Theory]
    [InlineData("[profiles.A]\nprotocol = \"mqtt\nurl = \"x\"\n")]
    [InlineData("[profiles.A\nprotocol = \"mqtt\"\n")]
    [InlineData("[profiles.A]\nprotocol = \n")]
    [InlineData("a = 1\na = 2\n")]
    [InlineData("[profiles.A]\n[profiles.A]\n")]
    [InlineData("x = [1, 2\n")]
    public void Malformed_toml_is_a_problem_with_a_place(string text)
    {
        var problem = Parse(text).Problems[0];

        Assert.True(problem.Line >= 1 && problem.Column >= 1);
        Assert.NotEmpty(problem.Sentence);
        Assert.DoesNotContain("Tomlyn", problem.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_characters_at_all_are_problems_and_never_an_exception() =>
        Gen.OneOf(Gen.String, Gen.String[Gen.Char["[]\"=.\np{},#'\\0 \u0000"], 0, 60])
            .Sample(text => Parse(text) is not null, iter: 3000);

    [Fact]
    public void A_reference_is_taken_for_good_until_it_is_resolved_but_has_to_be_one()
    {
        Assert.Empty(Parse("[profiles.A]\nprotocol = \"mqtt\"\nurl = \"${env:URL}\"\n").Problems);

        var wrong = Assert.Single(
            Parse("[profiles.A]\nprotocol = \"mqtt\"\nurl = \"mqtt://h\"\nauth.password = \"${vault:x}\"\n").Problems
        );
        Assert.Equal(4, wrong.Line);
        Assert.Contains("${env:NAME}", wrong.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_characters_in_names_do_not_reach_the_terminal()
    {
        var config = Parse("[profiles.\"\\u001b[2Jx\"]\nprotocol = \"mqtt\"\n");

        Assert.DoesNotContain('\u001b', config.Problems[0].ToString());
    }

    private static ConfigFile Parse(string text) => ConfigFile.Parse("f.toml", text, Transports.All);
}
