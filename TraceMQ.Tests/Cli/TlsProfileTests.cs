using TraceMQ.Tests.Peers;

namespace TraceMQ.Tests.Cli;

/// <summary>What a wrong file or a wrong peer means for a script: the exit code and one sentence, without the password.</summary>
public sealed class TlsProfileTests
{
    private static TestCertificates Files => TestCertificates.Shared;

    // Nothing listens at port 1: files are read before anybody is called.
    private const string Nowhere = "mqtts://127.0.0.1:1";

    [Fact]
    public async Task A_wrong_key_password_is_exit_2_and_named()
    {
        var (code, said) = await RunAsync(
            Nowhere,
            $"tls.certificate_file={Files.Client.Certificate}",
            $"tls.private_key_file={Files.PathOf("client.encrypted.key")}",
            "tls.private_key_password=wrong-9"
        );

        Assert.Equal(2, code);
        Assert.Contains("tls.private_key_file: the file", said, StringComparison.Ordinal);
        Assert.Contains("cannot be decrypted: tls.private_key_password is wrong", said, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-9", said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tls.ca_file=/missing/ca.pem", "tls.ca_file: the file /missing/ca.pem does not exist.")]
    [InlineData("tls.private_key_file=/missing/me.key", "tls.private_key_file: a key alone proves nothing")]
    [InlineData("tls.min_version=1.1", "tls.min_version: write one of \"1.2\", \"1.3\"")]
    public async Task A_setting_that_cannot_work_is_exit_2(string setting, string expected)
    {
        var (code, said) = await RunAsync(Nowhere, setting);

        Assert.Equal(2, code);
        Assert.Contains(expected, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_of_tls_without_tls_is_exit_2()
    {
        var (code, said) = await RunAsync("mqtt://127.0.0.1:1", "tls.insecure_skip_verify=true");

        Assert.Equal(2, code);
        Assert.Contains("no address in url uses TLS", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_trusted_is_exit_1_with_the_cause()
    {
        await using var server = await OpenSslServer.StartAsync(Files.ServerOfOtherCa);

        var (code, said) = await RunAsync($"mqtts://127.0.0.1:{server.Port}", $"tls.ca_file={Files.Ca}");

        Assert.Equal(1, code);
        Assert.Contains("comes from \"Other Root\"", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hostile_subject_reaches_no_terminal()
    {
        await using var server = await OpenSslServer.StartAsync(Files.ServerWithHostileSubject);

        var (code, said) = await RunAsync($"mqtts://127.0.0.1:{server.Port}", $"tls.ca_file={Files.Ca}");

        Assert.Equal(1, code);
        Assert.Contains("evil", said, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', said);
        Assert.DoesNotContain('\u202E', said);
    }

    private static async Task<(int Code, string Said)> RunAsync(string url, params IEnumerable<string> settings)
    {
        using var cli = new CliHarness();
        var code = await cli.RunAsync([
            "sub",
            url,
            "-t",
            "a",
            "--no-retry",
            .. settings.SelectMany(setting => new[] { "--set", setting }),
        ]);
        return (code, cli.Errors);
    }
}
