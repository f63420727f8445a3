using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;

namespace TraceMQ.Tests.Security;

/// <summary>A TLS setting that cannot be honoured is an error that says so.</summary>
public sealed class TlsRulesTests
{
    private const string Secure = "mqtts://h";

    [Theory]
    [InlineData("tls.ca_file", "ca.pem")]
    [InlineData("tls.certificate_file", "me.pem")]
    [InlineData("tls.private_key_file", "me.key")]
    [InlineData("tls.private_key_password", "geheim")]
    [InlineData("tls.server_name", "h")]
    [InlineData("tls.insecure_skip_verify", "true")]
    [InlineData("tls.min_version", "1.3")]
    public void Without_tls_in_any_url_each_of_them_is_an_error(string key, string value)
    {
        var problem = Assert.Single(ProblemsOf("mqtt://h", ProfileMode.Client, (key, value)));

        Assert.Equal(key, problem.Key);
        Assert.Contains("no address in url uses TLS", problem.Sentence, StringComparison.Ordinal);
        Assert.Contains("use another scheme than mqtt://", problem.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", problem.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void With_tls_in_one_of_several_urls_they_are_fine() =>
        Assert.Empty(
            ProblemsOf(
                "mqtt://h,mqtts://h",
                ProfileMode.Client,
                ("tls.ca_file", "ca.pem"),
                ("tls.certificate_file", "me.pem"),
                ("tls.private_key_file", "me.key"),
                ("tls.private_key_password", "geheim"),
                ("tls.server_name", "h"),
                ("tls.insecure_skip_verify", "true"),
                ("tls.min_version", "1.3")
            )
        );

    [Fact]
    public void A_key_or_a_password_alone_is_an_error()
    {
        Assert.Equal(
            "tls.private_key_file",
            Assert.Single(ProblemsOf(Secure, ProfileMode.Client, ("tls.private_key_file", "me.key"))).Key
        );
        Assert.Equal(
            "tls.private_key_password",
            Assert.Single(ProblemsOf(Secure, ProfileMode.Client, ("tls.private_key_password", "x"))).Key
        );
    }

    [Fact]
    public void Listening_with_tls_needs_a_certificate_and_checks_no_server()
    {
        (string, string) certificate = ("tls.certificate_file", "server.pem");

        Assert.Equal("tls.certificate_file", Assert.Single(ProblemsOf(Secure, ProfileMode.Server)).Key);
        Assert.Empty(ProblemsOf(Secure, ProfileMode.Server, certificate));
        Assert.Empty(ProblemsOf(Secure, ProfileMode.Server, certificate, ("tls.ca_file", "ca.pem")));
        Assert.Equal(
            "tls.insecure_skip_verify",
            Assert.Single(ProblemsOf(Secure, ProfileMode.Server, certificate, ("tls.insecure_skip_verify", "true"))).Key
        );
        Assert.Equal(
            "tls.server_name",
            Assert.Single(ProblemsOf(Secure, ProfileMode.Server, certificate, ("tls.server_name", "h"))).Key
        );
    }

    [Fact]
    public void A_profile_without_any_of_them_is_fine() => Assert.Empty(ProblemsOf("mqtt://h", ProfileMode.Client));

    [Fact]
    public void The_private_key_does_not_leave_with_an_export()
    {
        Assert.True(TlsSettings.PrivateKeyFile.IsPrivatePath);
        Assert.False(TlsSettings.CertificateFile.IsPrivatePath);
        Assert.True(TlsSettings.PrivateKeyPassword.IsSecret);
        Assert.All(
            TlsSettings.All.Where(setting => setting.Key.EndsWith("_file", StringComparison.Ordinal)),
            setting => Assert.Equal(SettingKind.File, setting.Kind)
        );
    }

    [Fact]
    public void The_options_are_what_the_profile_says()
    {
        var options = TlsOptions.Of(
            ProfileOf(
                Secure,
                ProfileMode.Client,
                ("tls.ca_file", "ca.pem"),
                ("tls.private_key_password", "geheim"),
                ("tls.min_version", "1.3"),
                ("tls.insecure_skip_verify", "true")
            )
        );

        Assert.Equal("ca.pem", options.CaFile);
        Assert.Null(options.CertificateFile);
        Assert.Equal("geheim", options.PrivateKeyPassword!.Reveal());
        Assert.True(options.IsVersion13Required);
        Assert.True(options.SkipVerify);
        var none = new TlsOptions();
        Assert.Equal(none, TlsOptions.Of(ProfileOf(Secure, ProfileMode.Client)));
    }

    private static IReadOnlyList<SettingProblem> ProblemsOf(
        string url,
        ProfileMode mode,
        params IEnumerable<(string Key, string Value)> values
    ) => [.. TlsRules.Check(ProfileOf(url, mode, values))];

    private static Profile ProfileOf(
        string url,
        ProfileMode mode,
        params IEnumerable<(string Key, string Value)> values
    )
    {
        UrlScheme[] schemes = [new("mqtt", Carrier.Tcp, 1883, []), new("mqtts", Carrier.Tls, 8883, [])];
        var read = SettingValues.Empty;
        foreach (var (key, value) in values)
        {
            var setting = TlsSettings.All.Single(candidate => candidate.Key == key);
            Assert.True(setting.TryParse(new RawValue.Text(value, IsUntyped: true), out var parsed, out _));
            read = read.WithObject(setting, parsed);
        }

        return new Profile
        {
            Name = "test",
            Protocol = "mqtt",
            Mode = mode,
            Endpoints = [.. url.Split(',').Select(item => EndpointUrl.Parse(item, schemes, out _)!)],
            Values = read,
        };
    }
}
