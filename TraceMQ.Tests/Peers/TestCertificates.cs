using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TraceMQ.Tests.Contracts;

namespace TraceMQ.Tests.Peers;

/// <summary>A certificate and its key, each a PEM file.</summary>
/// <param name="Certificate">The certificate's path.</param>
/// <param name="Key">The key's path, PKCS#8 and not encrypted.</param>
public sealed record CertificatePair(string Certificate, string Key);

/// <summary>
/// Authorities, certificates and keys in every form that people have, as files in a folder that goes when the tests end. Made once for all
/// tests: <see cref="Shared"/>. Servers' certificates are for localhost, 127.0.0.1 and ::1.
/// </summary>
public sealed class TestCertificates
{
    /// <summary>The password of every encrypted file.</summary>
    public const string Password = "geheim-7Q";

    private const string ForServers = "1.3.6.1.5.5.7.3.1";
    private const string ForClients = "1.3.6.1.5.5.7.3.2";
    private static readonly Lazy<TestCertificates> s_shared = new(() => new TestCertificates());

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _intermediate;
    private readonly X509Certificate2 _other;

    private TestCertificates()
    {
        Folder = Directory.CreateTempSubdirectory("tracemq-certificates-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);
        _root = Authority("Test Root", issuer: null);
        _intermediate = Authority("Test Intermediate", _root);
        _other = Authority("Other Root", issuer: null);
        Ca = Write("ca.pem", _root.ExportCertificatePem());
        Intermediate = Write("intermediate.pem", _intermediate.ExportCertificatePem());
        CaWithIntermediate = Write("ca-bundle.pem", Pem(_root, _intermediate));
        OtherCa = Write("other-ca.pem", _other.ExportCertificatePem());

        Server = Issue("server", new Wish());
        ServerRsa = Issue("server-rsa", new Wish { Key = RSA.Create(2048) });
        ServerOfIntermediate = Issue("server-intermediate", new Wish { Issuer = _intermediate });
        ServerWithChain = WithChain(ServerOfIntermediate, "server-chain.pem");
        ServerExpired = Issue("server-expired", new Wish { From = -30, Until = -3 });
        ServerOfTomorrow = Issue("server-tomorrow", new Wish { From = 3, Until = 30 });
        ServerExpiringSoon = Issue("server-soon", new Wish { Until = 5.5 });
        ServerOfAnotherName = Issue("server-name", new Wish { Names = ["wrong.example", "also.wrong.example"] });
        ServerOfOtherCa = Issue("server-other", new Wish { Issuer = _other });
        ServerSelfSigned = Issue("server-self", new Wish { IsSelfSigned = true });
        ServerWithManyNames = Issue(
            "server-many",
            new Wish { Names = [.. Enumerable.Range(0, 3000).Select(i => $"host-{i}.example"), "localhost"] }
        );
        ServerWithHostileSubject = Issue(
            "server-hostile",
            new Wish { Subject = "\u001b[31mred\u202Eevil\nline", IsSelfSigned = true }
        );

        Client = Issue("client", new Wish { Usage = ForClients });
        ClientRsa = Issue("client-rsa", new Wish { Usage = ForClients, Key = RSA.Create(2048) });
        ClientOfIntermediate = Issue("client-intermediate", new Wish { Usage = ForClients, Issuer = _intermediate });
        ClientWithChain = WithChain(ClientOfIntermediate, "client-chain.pem");
        ClientOfOtherCa = Issue("client-other", new Wish { Usage = ForClients, Issuer = _other });
        ClientExpired = Issue(
            "client-expired",
            new Wish
            {
                Usage = ForClients,
                From = -30,
                Until = -3,
            }
        );
        WriteForms();
        (ClientEd25519, ClientEd25519Key) = IssueEd25519();
    }

    /// <summary>The one that all tests use.</summary>
    public static TestCertificates Shared => s_shared.Value;

    public string Folder { get; }

    /// <summary>The root that issued everything but what says otherwise.</summary>
    public string Ca { get; }

    public string Intermediate { get; }

    /// <summary>The root and the intermediate in one file.</summary>
    public string CaWithIntermediate { get; }

    /// <summary>A root that issued only what says so.</summary>
    public string OtherCa { get; }

    public CertificatePair Server { get; }

    public CertificatePair ServerRsa { get; }

    /// <summary>Issued by the intermediate, which is not in the file.</summary>
    public CertificatePair ServerOfIntermediate { get; }

    /// <summary>Issued by the intermediate, which is in the file behind it.</summary>
    public CertificatePair ServerWithChain { get; }

    /// <summary>Three days too old.</summary>
    public CertificatePair ServerExpired { get; }

    /// <summary>Three days too young.</summary>
    public CertificatePair ServerOfTomorrow { get; }

    /// <summary>Expires in five days.</summary>
    public CertificatePair ServerExpiringSoon { get; }

    public CertificatePair ServerOfAnotherName { get; }

    public CertificatePair ServerOfOtherCa { get; }

    public CertificatePair ServerSelfSigned { get; }

    /// <summary>With 3001 names.</summary>
    public CertificatePair ServerWithManyNames { get; }

    /// <summary>With control characters in its subject, and signed by itself.</summary>
    public CertificatePair ServerWithHostileSubject { get; }

    /// <summary>Its usage is that of clients, like of all clients'.</summary>
    public CertificatePair Client { get; }

    public CertificatePair ClientRsa { get; }

    public CertificatePair ClientOfIntermediate { get; }

    public CertificatePair ClientWithChain { get; }

    public CertificatePair ClientOfOtherCa { get; }

    public CertificatePair ClientExpired { get; }

    public string ClientEd25519 { get; }

    public string ClientEd25519Key { get; }

    /// <summary>The file of this name: for the forms that <see cref="WriteForms"/> makes.</summary>
    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>The certificate of a pair in DER, with what its file has behind it.</summary>
    public static IReadOnlyList<byte[]> Der(CertificatePair pair)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(pair.Certificate);
        return [.. all.Select(certificate => certificate.RawData)];
    }

    // Of Client and ClientRsa: every encoding of a key that people have, and PKCS#12 with and without a password.
    private void WriteForms()
    {
        var strong = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 2000);
        using var rsa = RSA.Create();
        rsa.ImportFromPem(File.ReadAllText(ClientRsa.Key));
        using var ec = ECDsa.Create();
        ec.ImportFromPem(File.ReadAllText(Client.Key));
        Write("client-rsa.pkcs1.key", rsa.ExportRSAPrivateKeyPem());
        Write("client-rsa.encrypted.key", rsa.ExportEncryptedPkcs8PrivateKeyPem(Password, strong));
        Write("client.sec1.key", ec.ExportECPrivateKeyPem());
        Write("client.encrypted.key", ec.ExportEncryptedPkcs8PrivateKeyPem(Password, strong));
        OpenSsl("rsa", "-in", ClientRsa.Key, "-traditional", "-aes128", "-passout", Pass, "-out", "client-rsa.old.key");
        OpenSsl("ec", "-in", Client.Key, "-aes256", "-passout", Pass, "-out", "client.old.key");
        OpenSsl("ec", "-in", Client.Key, "-des3", "-passout", Pass, "-out", "client.des3.key");
        // With the parameters before the key, as openssl ecparam -genkey leaves it.
        OpenSsl("ecparam", "-name", "prime256v1", "-genkey", "-out", "parameters.key");
        Write("client.both.pem", File.ReadAllText(Client.Certificate) + File.ReadAllText(Client.Key));
        Write("client.both-reversed.pem", File.ReadAllText(Client.Key) + File.ReadAllText(Client.Certificate));
        using var pair = X509Certificate2.CreateFromPemFile(ClientOfIntermediate.Certificate, ClientOfIntermediate.Key);
        var bundle = new X509Certificate2Collection { pair, _intermediate };
        File.WriteAllBytes(PathOf("client.p12"), bundle.Export(X509ContentType.Pkcs12, Password)!);
        File.WriteAllBytes(PathOf("client-open.p12"), bundle.Export(X509ContentType.Pkcs12)!);
        File.WriteAllBytes(
            PathOf("no-key.p12"),
            new X509Certificate2Collection { X509CertificateLoader.LoadCertificate(_intermediate.RawData) }.Export(
                X509ContentType.Pkcs12,
                Password
            )!
        );
        File.WriteAllBytes(PathOf("ca.der"), _root.RawData);
        Write("text.pem", "no certificate in here\n");
        Write("empty.pem", "");
        Write("damaged.pem", "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIR\n-----END CERTIFICATE-----\n");
    }

    private static string Pass => "pass:" + Password;

    private (string Certificate, string Key) IssueEd25519()
    {
        OpenSsl("genpkey", "-algorithm", "ed25519", "-out", "client-ed25519.key");
        OpenSsl("req", "-new", "-key", "client-ed25519.key", "-subj", "/CN=client-ed25519", "-out", "ed25519.csr");
        Write("ca.key", _root.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        OpenSsl(
            ["x509", "-req", "-in", "ed25519.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"],
            ["-days", "365", "-out", "client-ed25519.pem"]
        );
        return (PathOf("client-ed25519.pem"), PathOf("client-ed25519.key"));
    }

    private X509Certificate2 Authority(string name, X509Certificate2? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, issuer is not null, 0, critical: true)
        );
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true)
        );
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var from = _now.AddDays(-100);
        var until = _now.AddDays(1000);
        if (issuer is null)
            return request.CreateSelfSigned(from, until);
        using var unsigned = request.Create(issuer, from, until, Serial());
        return unsigned.CopyWithPrivateKey(key);
    }

    private CertificatePair Issue(string name, Wish wish)
    {
        using var key = wish.Key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName(wish.Subject ?? name);
        var request = key is RSA rsa
            ? new CertificateRequest(subject.Build(), rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject.Build(), (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(
                X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment,
                critical: true
            )
        );
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(wish.Usage)], critical: false));
        request.CertificateExtensions.Add(Names(wish.Names));
        var from = _now.AddDays(wish.From);
        var until = _now.AddDays(wish.Until);
        var issuer = wish.Issuer ?? _root;
        using var certificate = wish.IsSelfSigned
            ? request.CreateSelfSigned(from, until)
            : request.Create(
                issuer.SubjectName,
                X509SignatureGenerator.CreateForECDsa(issuer.GetECDsaPrivateKey()!),
                from,
                until,
                Serial()
            );
        return new CertificatePair(
            Write($"{name}.pem", certificate.ExportCertificatePem()),
            Write($"{name}.key", key.ExportPkcs8PrivateKeyPem())
        );
    }

    private CertificatePair WithChain(CertificatePair leaf, string name) =>
        leaf with
        {
            Certificate = Write(name, File.ReadAllText(leaf.Certificate) + "\n" + File.ReadAllText(Intermediate)),
        };

    private static X509Extension Names(IReadOnlyList<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                builder.AddIpAddress(address);
            else
                builder.AddDnsName(name);
        }

        return builder.Build();
    }

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(12);
        serial[0] &= 0x7F;
        return serial;
    }

    private static string Pem(params IEnumerable<X509Certificate2> certificates) =>
        string.Join('\n', certificates.Select(certificate => certificate.ExportCertificatePem())) + "\n";

    private string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text.EndsWith('\n') || text.Length == 0 ? text : text + "\n");
        return PathOf(name);
    }

    private void OpenSsl(params IEnumerable<IEnumerable<string>> arguments) =>
        OpenSsl([.. arguments.SelectMany(part => part)]);

    private void OpenSsl(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("openssl", arguments)
            {
                UseShellExecute = false,
                WorkingDirectory = Folder,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        var said = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        Assert.True(
            process.WaitForExit(Surroundings.Patience) && process.ExitCode == 0,
            string.Create(CultureInfo.InvariantCulture, $"openssl {arguments[0]}: {said.GetAwaiter().GetResult()}")
        );
    }

    private sealed record Wish
    {
        public AsymmetricAlgorithm? Key { get; init; }

        public X509Certificate2? Issuer { get; init; }

        public bool IsSelfSigned { get; init; }

        public string? Subject { get; init; }

        public string Usage { get; init; } = ForServers;

        public double From { get; init; } = -1;

        public double Until { get; init; } = 365;

        public IReadOnlyList<string> Names { get; init; } = ["localhost", "127.0.0.1", "::1"];
    }
}
