using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Settings;

public sealed class SecretTests
{
    private static readonly Secret s_secret = new("geheim");

    [Fact]
    public void A_secret_is_seen_only_through_its_door()
    {
        var endpoint = new Endpoint(new UrlScheme("x", Carrier.Tcp, 1, []), "h", 1, "") { Password = s_secret };
        var setting = Setting.Hidden("auth.password", "The password.");
        var values = SettingValues.Empty.With(setting, s_secret);

        Assert.Equal("geheim", s_secret.Reveal());
        Assert.Equal("***", $"{s_secret}");
        Assert.Equal("***", setting.Format(values.Find(setting)!));
        Assert.DoesNotContain(
            "geheim",
            $"{endpoint} {setting} {new Secret?[] { s_secret }[0]}",
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_empty_secret_shows_that_there_is_none()
    {
        Assert.True(new Secret("").IsEmpty);
        Assert.False(s_secret.IsEmpty);
        Assert.Equal("", Setting.Hidden("auth.password", "The password.").DefaultText);
    }
}
