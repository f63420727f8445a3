using CsCheck;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;
using TraceMQ.Tests.Peers;
using TraceMQ.Transport;
using TraceMQ.Transport.Security;
using TraceMQ.Transport.Settings;
using static TraceMQ.Tests.Security.TlsMeeting;

namespace TraceMQ.Tests.Security;

/// <summary>Every form of a key that people have, and a sentence for every file that cannot be used.</summary>
public sealed class CertificateFileTests
{
    private static readonly Secret s_password = new(TestCertificates.Password);

    private static TestCertificates Files => TestCertificates.Shared;

    [Theory]
    [InlineData("client.pem", "client.key", false)]
    [InlineData("client.pem", "client.sec1.key", false)]
    [InlineData("client.pem", "client.encrypted.key", true)]
    [InlineData("client.pem", "client.old.key", true)]
    [InlineData("client.pem", "client.des3.key", true)]
    [InlineData("client-rsa.pem", "client-rsa.key", false)]
    [InlineData("client-rsa.pem", "client-rsa.pkcs1.key", false)]
    [InlineData("client-rsa.pem", "client-rsa.encrypted.key", true)]
    [InlineData("client-rsa.pem", "client-rsa.old.key", true)]
    [InlineData("client.both.pem", null, false)]
    [InlineData("client.both-reversed.pem", null, false)]
    [InlineData("client.p12", null, true)]
    [InlineData("client-open.p12", null, false)]
    // A password that nobody needs does no harm.
    [InlineData("client.pem", "client.key", true)]
    public async Task Each_form_of_a_key_is_good_for_a_handshake_and_for_dtls(
        string certificate,
        string? key,
        bool hasPassword
    )
    {
        var options = OptionsOf(certificate, key, hasPassword) with { CaFile = Files.Ca };

        await using var meeting = await OfAsync(options, Showing(Files.Server, Files.CaWithIntermediate));

        await meeting.AssertTalkingAsync();
        var identity = CertificateFiles.LoadIdentity(options);
        Assert.True(PrivateKeyFactory.CreateKey(identity.PrivateKey).IsPrivate);
        Assert.Equal(identity.Leaf.RawData, identity.Certificates[0]);
        Assert.Equal(identity.Leaf.Subject, $"CN={meeting.Server.Peer.Chain[0].Subject}");
    }

    [Fact]
    public void Pkcs12_and_a_file_with_a_chain_bring_their_issuers()
    {
        var p12 = CertificateFiles.LoadIdentity(OptionsOf("client.p12", null, hasPassword: true));
        var pem = CertificateFiles.LoadIdentity(Showing(Files.ClientWithChain));

        Assert.Equal(p12.Certificates, pem.Certificates);
        Assert.Equal(2, pem.Certificates.Count);
    }

    [Fact]
    public void Ed25519_is_for_dtls_alone()
    {
        var options = new TlsOptions { CertificateFile = Files.ClientEd25519, PrivateKeyFile = Files.ClientEd25519Key };

        var identity = CertificateFiles.LoadIdentity(options);

        Assert.True(identity.IsEd25519);
        Assert.IsType<Ed25519PrivateKeyParameters>(PrivateKeyFactory.CreateKey(identity.PrivateKey));
        var expected =
            $"tls.certificate_file: the file {Files.ClientEd25519} has an Ed25519 key, which works for DTLS alone: TLS over TCP needs an RSA or EC certificate here.";
        Assert.Equal(expected, FailureOf(() => TlsClient.Load(options)));
        Assert.Equal(expected, FailureOf(() => TlsServer.Load(options)));
    }

    [Theory]
    [InlineData(
        "client.pem",
        "client.encrypted.key",
        null,
        "tls.private_key_file",
        "is encrypted: set tls.private_key_password."
    )]
    [InlineData(
        "client.pem",
        "client.old.key",
        null,
        "tls.private_key_file",
        "is encrypted: set tls.private_key_password."
    )]
    [InlineData(
        "client.pem",
        "client.encrypted.key",
        "wrong-9",
        "tls.private_key_file",
        "cannot be decrypted: tls.private_key_password is wrong"
    )]
    [InlineData(
        "client-rsa.pem",
        "client-rsa.encrypted.key",
        "wrong-9",
        "tls.private_key_file",
        "cannot be decrypted: tls.private_key_password is wrong"
    )]
    [InlineData(
        "client.pem",
        "client.old.key",
        "wrong-9",
        "tls.private_key_file",
        "cannot be decrypted: tls.private_key_password is wrong"
    )]
    [InlineData(
        "client-rsa.pem",
        "client-rsa.old.key",
        "wrong-9",
        "tls.private_key_file",
        "cannot be decrypted: tls.private_key_password is wrong"
    )]
    [InlineData(
        "client.p12",
        null,
        null,
        "tls.certificate_file",
        "cannot be opened without a password: set tls.private_key_password."
    )]
    [InlineData(
        "client.p12",
        null,
        "wrong-9",
        "tls.certificate_file",
        "cannot be opened: tls.private_key_password is wrong"
    )]
    [InlineData(
        "client.p12",
        "client.key",
        "geheim-7Q",
        "tls.certificate_file",
        "is PKCS#12, which holds its key itself: leave tls.private_key_file out."
    )]
    [InlineData("no-key.p12", null, "geheim-7Q", "tls.certificate_file", "holds no private key.")]
    [InlineData(
        "client.pem",
        "server.key",
        null,
        "tls.private_key_file",
        "holds a key that does not belong to the certificate in "
    )]
    [InlineData(
        "client.pem",
        "client-rsa.key",
        null,
        "tls.private_key_file",
        "holds a key that does not belong to the certificate in "
    )]
    [InlineData(
        "client-rsa.pem",
        "client.key",
        null,
        "tls.private_key_file",
        "holds a key that does not belong to the certificate in "
    )]
    [InlineData(
        "client-rsa.pem",
        "server-rsa.key",
        null,
        "tls.private_key_file",
        "holds a key that does not belong to the certificate in "
    )]
    [InlineData(
        "client.pem",
        "client-ed25519.key",
        null,
        "tls.private_key_file",
        "holds a key that does not belong to the certificate in "
    )]
    [InlineData(
        "client-ed25519.pem",
        "client.key",
        null,
        "tls.private_key_file",
        "holds a key that does not belong to the certificate in "
    )]
    [InlineData(
        "client.pem",
        null,
        null,
        "tls.certificate_file",
        "holds no private key; set tls.private_key_file to the PEM file that does."
    )]
    [InlineData(
        "client.pem",
        "ca.pem",
        null,
        "tls.private_key_file",
        "holds no private key; set tls.private_key_file to the PEM file that does."
    )]
    [InlineData(
        "client.key",
        "client.key",
        null,
        "tls.certificate_file",
        "holds no certificate; it needs PEM or PKCS#12."
    )]
    [InlineData("text.pem", null, null, "tls.certificate_file", "is neither PEM nor PKCS#12.")]
    [InlineData("empty.pem", null, null, "tls.certificate_file", "is neither PEM nor PKCS#12.")]
    [InlineData("damaged.pem", null, null, "tls.certificate_file", "holds a certificate that cannot be read.")]
    [InlineData("missing.pem", null, null, "tls.certificate_file", "does not exist.")]
    [InlineData("client.pem", "missing.key", null, "tls.private_key_file", "does not exist.")]
    [InlineData("client.pem", ".", null, "tls.private_key_file", "is a folder.")]
    [InlineData("ca.der", "client.key", null, "tls.certificate_file", "is neither PEM nor PKCS#12.")]
    public void A_file_that_cannot_be_used_is_named_with_its_setting_and_what_to_do(
        string certificate,
        string? key,
        string? password,
        string setting,
        string expected
    )
    {
        var options = OptionsOf(certificate, key, hasPassword: false) with
        {
            PrivateKeyPassword = password is null ? null : new Secret(password),
        };

        var failure = Assert.Throws<TransportException>(() => TlsClient.Load(options));

        Assert.Equal(FailureKind.Configuration, failure.Kind);
        var file = setting == "tls.private_key_file" ? key! : certificate;
        Assert.StartsWith(
            $"{setting}: the file {Files.PathOf(file)} {expected}",
            failure.Message,
            StringComparison.Ordinal
        );
        AssertNoSecret(failure, password);
    }

    [Theory]
    [InlineData("text.pem", "holds no certificate that can be read.")]
    [InlineData("empty.pem", "holds no certificate that can be read.")]
    [InlineData("damaged.pem", "holds no certificate that can be read.")]
    [InlineData("client.key", "holds no certificate; it needs PEM with BEGIN CERTIFICATE.")]
    [InlineData("missing.pem", "does not exist.")]
    [InlineData("", "is a folder.")]
    public void A_file_of_authorities_that_holds_none_says_so(string name, string expected) =>
        Assert.Equal(
            $"tls.ca_file: the file {Files.PathOf(name)} {expected}",
            FailureOf(() => TlsClient.Load(Trusting(Files.PathOf(name))))
        );

    [Fact]
    public void A_file_without_an_end_is_not_read_to_its_end()
    {
        Assert.Contains(
            "larger than 4 MB",
            FailureOf(() => TlsClient.Load(Trusting("/dev/zero"))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_pipe_is_as_good_as_a_file()
    {
        var pipe = Files.PathOf($"pipe-{Guid.NewGuid():N}");
        using (var made = System.Diagnostics.Process.Start("mkfifo", [pipe]))
            await made.WaitForExitAsync(Limit());
        using var writing = System.Diagnostics.Process.Start("sh", ["-c", $"cat '{Files.Client.Key}' > '{pipe}'"]);

        var identity = await Task.Run(() =>
                CertificateFiles.LoadIdentity(Showing(Files.Client) with { PrivateKeyFile = pipe })
            )
            .WaitAsync(Limit());

        await writing.WaitForExitAsync(Limit());
        Assert.Equal("CN=client", identity.Leaf.Subject);
    }

    [Fact]
    public void Whatever_is_in_a_key_file_there_is_a_sentence_for_it() =>
        AssertSentences(400, "client.old.key", "client.sec1.key", "client-rsa.pkcs1.key", "client.key");

    // A changed number of rounds can make each of them take a while.
    [Fact]
    [Trait("Category", "Long")]
    public void Whatever_is_in_an_encrypted_key_file_there_is_a_sentence_for_it() =>
        AssertSentences(10_000, "client.encrypted.key", "client-rsa.encrypted.key", "client-rsa.old.key");

    private static void AssertSentences(int count, params string[] names)
    {
        var path = Files.PathOf($"fuzz-{Guid.NewGuid():N}.key");
        var all = Gen.Select(Gen.OneOf<string>(names), Gen.Int[0, 2000], Gen.Char["AZaz09+/=-\n:, "], Gen.Int[0, 3]);
        all.Sample(
            (name, at, character, cut) =>
            {
                var text = File.ReadAllText(Files.PathOf(name));
                at %= text.Length;
                File.WriteAllText(path, text[..at] + character + text[Math.Min(text.Length, at + cut)..]);
                var isRsa = name.StartsWith("client-rsa", StringComparison.Ordinal);
                var options = new TlsOptions
                {
                    CertificateFile = (isRsa ? Files.ClientRsa : Files.Client).Certificate,
                    PrivateKeyFile = path,
                    PrivateKeyPassword = s_password,
                };
                try
                {
                    return CertificateFiles.LoadIdentity(options).PrivateKey.Length > 0;
                }
                catch (TransportException failure)
                {
                    return failure.Kind == FailureKind.Configuration
                        && failure.Message.StartsWith("tls.private_key_file: ", StringComparison.Ordinal);
                }
            },
            iter: count,
            threads: 1
        );
    }

    [Fact]
    public void Options_do_not_show_the_password() =>
        Assert.DoesNotContain(
            TestCertificates.Password,
            OptionsOf("client.pem", "client.old.key", hasPassword: true).ToString(),
            StringComparison.Ordinal
        );

    private static TlsOptions OptionsOf(string certificate, string? key, bool hasPassword) =>
        new()
        {
            CertificateFile = Files.PathOf(certificate),
            PrivateKeyFile = key is null ? null : Files.PathOf(key),
            PrivateKeyPassword = hasPassword ? s_password : null,
        };

    private static string FailureOf(Action load)
    {
        var failure = Assert.Throws<TransportException>(load);
        Assert.Equal(FailureKind.Configuration, failure.Kind);
        return failure.Message;
    }

    private static void AssertNoSecret(Exception failure, string? password)
    {
        var everything = failure.ToString();
        if (password is not null)
            Assert.DoesNotContain(password, everything, StringComparison.Ordinal);
        Assert.DoesNotContain("-----BEGIN", everything, StringComparison.Ordinal);
    }
}
